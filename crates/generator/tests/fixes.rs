//! Generated estates are fixed: what is fixed parses and is found no more, and no finding as bad is new.

use std::collections::BTreeSet;

use cmklint_cli::analyzer::Analyzer;
use cmklint_cli::invocation::Invocation;
use cmklint_generator::draw::draw;
use cmklint_generator::render::write;
use cmklint_generator::style::{Language, Style};
use cmklint_rules::{Finding, Safety};
use cmklint_source::Severity;

/// Estates that are fixed, a third in each language.
const ESTATES: u64 = 45;

#[test]
fn fixed_estates_parse_and_have_fewer_findings() {
    let analyzer = Analyzer::new(None).unwrap();
    let languages = [Language::Terraform, Language::Bicep, Language::Arm];
    let mut fixed_of = [0; 3];
    for seed in 0..ESTATES {
        let (estate, at) = (draw(seed), usize::try_from(seed % 3).unwrap());
        let written = write(&estate, &Style::draw(seed, Some(languages[at])));
        let folder = tempfile::TempDir::new().unwrap();
        for (path, text) in &written.files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let invocation = Invocation::of_folder(folder.path().canonicalize().unwrap(), jiff::civil::date(2026, 11, 28));
        let before = analyzer.analyze(&invocation).unwrap();
        let identities = |findings: &[Finding]| findings.iter().map(|f| f.identity.clone()).collect::<BTreeSet<_>>();
        let known = identities(&before.outcome.findings);
        let number = before.outcome.findings.len();
        let fixed = analyzer.fix(&invocation, before, Safety::Unsafe).unwrap();
        for file in fixed.files.values() {
            assert_ne!(file.before, file.after, "seed {seed}");
        }
        let left = identities(&fixed.outcome.findings);
        let new: Vec<_> = left.difference(&known).collect();
        assert!(new.is_empty(), "seed {seed}: {new:?}");
        let errors = fixed.outcome.diagnostics.iter().filter(|d| d.severity == Severity::Error);
        assert_eq!(errors.count(), 0, "seed {seed}");
        assert!(fixed.outcome.findings.len() <= number, "seed {seed}");
        assert_eq!(fixed.applied.is_empty(), fixed.files.is_empty(), "seed {seed}");
        fixed_of[at] += fixed.applied.len();
    }
    assert!(fixed_of.iter().all(|fixed| *fixed > 5), "{fixed_of:?}");
}
