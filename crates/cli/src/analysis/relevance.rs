//! Which template files are parsed: those that can matter, and those that deploy them.

use std::collections::{BTreeMap, BTreeSet};

use cmklint_source::{Diagnostic, LoadError, SourceFile, Span};
use cmklint_template::{ResourceDecl, TemplateRef};
use rayon::prelude::*;

use super::run::Run;
use crate::template_scan::{self, TemplateScan};
use crate::templates::ParsedTemplate;

impl Run<'_> {
    /// Parses the templates of `scans` that can matter, and those that reach one; of the others only what they link to is kept.
    pub(super) fn parse_what_matters(&mut self, scans: BTreeMap<String, TemplateScan>) {
        let is_strong = |scan: &TemplateScan| scan.may_matter || !self.holds_back() && scan.has_vault;
        let mut needed = match self.request.parses_all {
            true => scans.keys().cloned().collect(),
            false => needed_by(&scans, &is_strong),
        };
        let parse = |paths: &BTreeSet<String>| {
            paths.par_iter().for_each(|path| {
                self.store.with(path, |_| ());
            });
        };
        parse(&needed);
        // Of what those deploy, vaults matter too.
        let with_vault = needed_by(&scans, &|scan| scan.may_matter || scan.has_vault);
        let mut open: Vec<String> = needed.iter().cloned().collect();
        while let Some(path) = open.pop() {
            let links = match scans.get(&path).filter(|scan| !scan.may_matter) {
                Some(scan) => scan.links.clone(),
                None => self.store.with(&path, |parsed| parsed.links.clone()).unwrap_or_default(),
            };
            let further = links.into_iter().filter(|link| with_vault.contains(link) && scans.contains_key(link));
            for link in further.collect::<Vec<_>>() {
                if needed.insert(link.clone()) {
                    open.push(link);
                }
            }
        }
        parse(&needed);
        let unparsed = scans.into_iter().filter(|(path, _)| !needed.contains(path));
        self.unparsed = unparsed.collect();
    }

    /// What each template links to.
    pub(super) fn template_links(&self) -> BTreeMap<String, Vec<String>> {
        self.templates.iter().map(|path| (path.clone(), self.links_of(path))).collect()
    }

    /// What the text of the template `file` tells; where it names a module of a registry that can be read, it must be parsed.
    pub(super) fn scan(&self, file: &SourceFile) -> TemplateScan {
        let path = file.path();
        let scan = template_scan::scan(path, file.text());
        let addresses = scan.remote.iter().map(|module| module.address.as_str());
        let Some(reasons) = cmklint_bicep::why_away(addresses, path, self.sources) else {
            return TemplateScan::must_be_parsed();
        };
        let ranges = scan.remote.iter().map(|module| &module.range);
        let mut away: Vec<Diagnostic> = ranges
            .zip(reasons)
            .map(|(range, reason)| Diagnostic::note("opaque-module", reason, file.span(range.start, range.end)))
            .collect();
        let mut links = Vec::new();
        for (link, range) in scan.links.iter().zip(&scan.link_ranges) {
            match range.as_ref().and_then(|range| self.missing(link, file.span(range.start, range.end))) {
                Some(missing) => away.push(missing),
                None => links.push(link.clone()),
            }
        }
        TemplateScan { away, links, ..scan }
    }

    /// Tells of the modules that cannot be read and that is deployed by what is not evaluated.
    pub(super) fn tell_of_modules_away(&mut self) {
        let roots = self.passed.iter().filter(|root| self.unparsed.contains_key(*root)).cloned();
        let parsed = self.templates.iter().filter(|path| !self.unparsed.contains_key(*path));
        let left_out = parsed.flat_map(|path| self.links_of(path)).filter(|path| self.unparsed.contains_key(path));
        let reached = self.templates_from_all(roots.chain(left_out).collect());
        let scans = reached.iter().filter_map(|path| self.unparsed.get(path));
        self.diagnostics.extend(scans.flat_map(|scan| scan.away.iter().cloned()));
        let passed = self
            .templates_from_all(self.passed.iter().filter(|path| self.templates.contains(*path)).cloned().collect());
        let parsed = passed.iter().filter(|path| !self.unparsed.contains_key(*path));
        let of_parsed = |path: &String| self.store.with(path, |parsed| self.modules_away(parsed)).unwrap_or_default();
        let told: Vec<Diagnostic> = parsed.flat_map(of_parsed).collect();
        self.diagnostics.extend(told);
    }

    /// Tells of the modules that cannot be read and that a template deploys, as its evaluation would.
    fn modules_away(&self, parsed: &ParsedTemplate) -> Vec<Diagnostic> {
        let resources = parsed.template.iter().flat_map(|template| &template.resources);
        let told = |resource: &ResourceDecl| match &resource.deployment.as_ref()?.template {
            TemplateRef::Opaque { reason, span } => Some(Diagnostic::note("opaque-module", reason.clone(), *span)),
            TemplateRef::File { path, span } => self.missing(path, *span),
            _ => None,
        };
        resources.filter_map(told).collect()
    }

    /// Tells that there is no module at `path`, which the code at `span` names; `None` where there is a file.
    fn missing(&self, path: &str, span: Span) -> Option<Diagnostic> {
        let error = self.sources.load(path).err().filter(|error| matches!(error, LoadError::NotFound))?;
        Some(Diagnostic::warning("module", format!("{path}: {error}"), span))
    }

    /// The paths of the template at `path` and of those that it deploys, and they in turn.
    pub(super) fn templates_from(&self, path: &str) -> BTreeSet<String> {
        self.templates_from_all(vec![path.to_owned()])
    }

    /// The same of the templates at all paths in `open`.
    pub(super) fn templates_from_all(&self, mut open: Vec<String>) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        while let Some(path) = open.pop() {
            if reached.insert(path.clone()) {
                open.extend(self.links_of(&path));
            }
        }
        reached
    }

    /// What the template at `path` links to, whether it is parsed or not.
    pub(super) fn links_of(&self, path: &str) -> Vec<String> {
        match self.unparsed.get(path) {
            Some(scan) => scan.links.clone(),
            None => self.store.with(path, |parsed| parsed.links.clone()).unwrap_or_default(),
        }
    }
}

/// The paths of `scans` that `matters` by themselves, or lead to one that does. A file that was not scanned may.
fn needed_by(scans: &BTreeMap<String, TemplateScan>, matters: &dyn Fn(&TemplateScan) -> bool) -> BTreeSet<String> {
    let mut linked_by: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut open: Vec<&str> = Vec::new();
    for (path, scan) in scans {
        if matters(scan) || scan.links.iter().any(|link| !scans.contains_key(link)) {
            open.push(path);
        }
        for link in &scan.links {
            linked_by.entry(link).or_default().push(path);
        }
    }
    let mut needed = BTreeSet::new();
    while let Some(path) = open.pop() {
        if needed.insert(path.to_owned()) {
            open.extend(linked_by.get(path).into_iter().flatten());
        }
    }
    needed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_to_a_template_that_matters_is_needed_too() {
        let scan = |may_matter: bool, links: &[&str]| TemplateScan {
            may_matter,
            links: links.iter().map(|link| (*link).to_owned()).collect(),
            ..TemplateScan::default()
        };
        let scans = [
            ("disk", scan(true, &[])),
            ("wrapper", scan(false, &["disk"])),
            ("root", scan(false, &["wrapper", "net"])),
            ("net", scan(false, &[])),
            ("away", scan(false, &["excluded"])),
            ("ring", scan(false, &["ring"])),
        ];
        let scans = scans.into_iter().map(|(path, scan)| (path.to_owned(), scan)).collect();
        assert_eq!(
            needed_by(&scans, &|scan| scan.may_matter).into_iter().collect::<Vec<_>>(),
            ["away", "disk", "root", "wrapper"]
        );
    }
}
