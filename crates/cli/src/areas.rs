//! The parts of the tree that configurations apply to. All of them make one estate; each path uses the nearest configuration.

use std::collections::BTreeMap;

use cmklint_custom::Evaluated;
use cmklint_graph::Estate;
use cmklint_rules::{Before, Catalog, Checked, Finding, Level, RuleMeta, Settings};
use cmklint_source::{Sources, parent};
use globset::GlobSet;

use crate::own_rules::OwnRules;

/// The settings from one configuration.
#[derive(Clone, Debug, Default)]
pub struct Area {
    /// Which rules run, and how.
    pub settings: Settings,
    /// The options for Terraform's roots.
    pub terraform: cmklint_terraform::Options,
    /// Whether roots are also evaluated with other values of their booleans and enumerated inputs than the defaults.
    pub explore: bool,
    /// The files whose findings are left out, by the rule's id.
    pub excluded: BTreeMap<&'static str, GlobSet>,
    /// The lowest level of a finding that makes the exit code 2.
    pub minimum_failure_severity: Option<Level>,
    /// The file of known findings, below the tree's root.
    pub baseline: Option<String>,
}

/// The areas of a run.
#[derive(Debug, Default)]
pub struct Areas {
    /// The area without a configuration of its own.
    outer: Area,
    /// The others, by the folder that each applies to.
    inner: BTreeMap<String, Area>,
    /// The rules of a team's own.
    own: OwnRules,
}

impl Areas {
    /// One area for the whole tree.
    #[must_use]
    pub fn whole(area: Area) -> Self {
        Self { outer: area, ..Self::default() }
    }

    /// The areas by folder; `outer` is used for the rest, unless one of them is for the tree's root (``).
    #[must_use]
    pub fn new(outer: Area, mut inner: BTreeMap<String, Area>) -> Self {
        Self { outer: inner.remove("").unwrap_or(outer), inner, own: OwnRules::default() }
    }

    /// The same areas, with rules of a team's own.
    #[must_use]
    pub fn with_own_rules(self, own: OwnRules) -> Self {
        Self { own, ..self }
    }

    /// The rules of a team's own.
    #[must_use]
    pub fn own_rules(&self) -> &OwnRules {
        &self.own
    }

    /// All rules of the run.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        self.own.catalog()
    }

    /// What the rules of a team's own that are on in some area find in `estate`, with what was there `before`.
    pub(crate) fn evaluate_own(&self, estate: &Estate, before: Option<&Before>, steps: u64) -> Evaluated {
        let all = self.settings();
        let is_on = |meta: &RuleMeta| all.iter().any(|settings| settings.is_on(meta));
        self.own.evaluate(&is_on, estate, before, steps)
    }

    /// The same areas for an older state of the tree: its files differ, and nothing is explored.
    #[must_use]
    pub(crate) fn of_base(&self) -> Self {
        let cache = std::sync::Arc::new(cmklint_terraform::ParseCache::default());
        let of = |area: &Area| Area {
            terraform: cmklint_terraform::Options {
                cache: std::sync::Arc::clone(&cache),
                deployments: std::sync::Arc::default(),
                ..area.terraform.clone()
            },
            explore: false,
            ..area.clone()
        };
        Self {
            outer: of(&self.outer),
            inner: self.inner.iter().map(|(folder, area)| (folder.clone(), of(area))).collect(),
            own: self.own.clone(),
        }
    }

    /// The innermost folder with a configuration of its own that contains the file or folder at `path`; `` where there is none.
    #[must_use]
    pub(crate) fn folder_of<'a>(&self, path: &'a str) -> &'a str {
        let mut at = if path == "." { "" } else { path };
        while !at.is_empty() && !self.inner.contains_key(at) {
            at = parent(at);
        }
        at
    }

    /// The area of the file or folder at `path`; `.` and `` are the tree's root.
    #[must_use]
    pub fn of(&self, path: &str) -> &Area {
        self.inner.get(self.folder_of(path)).unwrap_or(&self.outer)
    }

    /// The area of the file that `finding` is reported in.
    #[must_use]
    pub fn of_finding(&self, finding: &Finding, sources: &Sources) -> &Area {
        self.of(&sources.path(finding.primary.span.file))
    }

    /// All areas, each with its folder; that of the tree's root is ``.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Area)> {
        let inner = self.inner.iter().map(|(folder, area)| (folder.as_str(), area));
        std::iter::once(("", &self.outer)).chain(inner)
    }

    /// The settings of the rules, without duplicates.
    #[must_use]
    pub fn settings(&self) -> Vec<&Settings> {
        let mut out: Vec<&Settings> = Vec::new();
        for (_, area) in self.iter() {
            if !out.contains(&&area.settings) {
                out.push(&area.settings);
            }
        }
        out
    }

    /// The rules that are on in some area.
    #[must_use]
    pub fn rules(&self) -> Vec<&'static RuleMeta> {
        let all = self.settings();
        self.catalog().all().filter(|meta| all.iter().any(|settings| settings.is_on(meta))).collect()
    }

    /// Runs `check` with each of the [`settings`](Self::settings), and keeps those of its findings whose file is in an area with these settings.
    /// Each run gets the same share of `steps`.
    pub(crate) fn check(&self, sources: &Sources, steps: u64, check: impl Fn(&Settings) -> Checked) -> Checked {
        let mut out = Checked::default();
        let all = self.settings();
        for settings in &all {
            let mut checked = check(&Settings { steps: steps / all.len().max(1) as u64, ..(*settings).clone() });
            crate::restore_cache::bring_home(&mut checked.findings, sources);
            checked.findings.retain(|finding| {
                let path = sources.path(finding.primary.span.file);
                self.of(&path).settings == **settings && self.own.holds(finding, &path)
            });
            out.findings.extend(checked.findings);
            out.diagnostics.extend(checked.diagnostics);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_goes_by_the_nearest_folder_with_a_configuration() {
        let area = |level| Area { minimum_failure_severity: Some(level), ..Area::default() };
        let inner = BTreeMap::from([("a".to_owned(), area(Level::Error)), ("a/b/c".to_owned(), area(Level::Warning))]);
        let areas = Areas::new(area(Level::Notice), inner);
        let level = |path| areas.of(path).minimum_failure_severity;
        assert_eq!(level("main.tf"), Some(Level::Notice));
        assert_eq!(level("."), Some(Level::Notice));
        assert_eq!(level("ab/main.tf"), Some(Level::Notice));
        assert_eq!(level("a"), Some(Level::Error));
        assert_eq!(level("a/b/main.tf"), Some(Level::Error));
        assert_eq!(level("a/b/c/d/main.tf"), Some(Level::Warning));
    }

    #[test]
    fn the_configuration_of_the_root_is_the_outer_one() {
        let area = Area { explore: true, ..Area::default() };
        let areas = Areas::new(Area::default(), BTreeMap::from([(String::new(), area)]));
        assert!(areas.of("main.tf").explore);
        assert_eq!(areas.iter().count(), 1);
    }
}
