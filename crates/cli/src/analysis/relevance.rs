//! Which template files are parsed: those that can matter, and those that deploy them.

use std::collections::{BTreeMap, BTreeSet};

use cmklint_source::{Diagnostic, SourceFile};
use rayon::prelude::*;

use super::run::Run;
use crate::template_scan::{self, TemplateScan};

impl Run<'_> {
    /// Parses the templates of `scans` that can matter, and those that reach one; of the others only what they link to is kept.
    pub(super) fn parse_what_matters(&mut self, scans: BTreeMap<String, TemplateScan>) {
        let needed = if self.request.parses_all { scans.keys().cloned().collect() } else { needed(&scans) };
        needed.par_iter().for_each(|path| {
            self.store.with(path, |_| ());
        });
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
        let away = ranges
            .zip(reasons)
            .map(|(range, reason)| Diagnostic::note("opaque-module", reason, file.span(range.start, range.end)));
        TemplateScan { away: away.collect(), ..scan }
    }

    /// Tells of the modules of registries that cannot be read and that roots which are not evaluated deploy.
    pub(super) fn tell_of_modules_away(&mut self) {
        let roots = self.passed.iter().filter(|root| self.unparsed.contains_key(*root)).cloned();
        let reached = self.templates_from_all(roots.collect());
        let scans = reached.iter().filter_map(|path| self.unparsed.get(path));
        self.diagnostics.extend(scans.flat_map(|scan| scan.away.iter().cloned()));
    }

    /// The paths of the template at `path` and of those that it deploys, and they in turn.
    pub(super) fn templates_from(&self, path: &str) -> BTreeSet<String> {
        self.templates_from_all(vec![path.to_owned()])
    }

    /// The same of the templates at all paths in `open`.
    fn templates_from_all(&self, mut open: Vec<String>) -> BTreeSet<String> {
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

/// The paths of `scans` that may matter by themselves, or lead to one that may. A file that was not scanned may.
fn needed(scans: &BTreeMap<String, TemplateScan>) -> BTreeSet<String> {
    let mut linked_by: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut open: Vec<&str> = Vec::new();
    for (path, scan) in scans {
        if scan.may_matter || scan.links.iter().any(|link| !scans.contains_key(link)) {
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
        assert_eq!(needed(&scans).into_iter().collect::<Vec<_>>(), ["away", "disk", "root", "wrapper"]);
    }
}
