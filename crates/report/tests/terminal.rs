//! The format for people, and `compact`.

#![allow(clippy::unwrap_used, reason = "a helper that fails is a failed test")]

mod common;

use cmklint_report::{DisplayPaths, Format, Style};
use cmklint_rules::Level;
use cmklint_source::{Diagnostic, Severity, Sources};
use common::*;
use std::path::Path;

#[test]
fn a_finding_shows_both_files_the_way_of_the_value_and_what_to_do() {
    let sources = sources(&[]);
    let findings = [finding(&sources)];
    insta::assert_snapshot!(text(Format::Default, &report(&sources, &findings)), @r#"
    Error[CMK020 same_region]: disk azurerm_managed_disk.data is in 'westus', its
    encryption set in 'eastus'
       ╭─[ infra/main.tf:8:28 ]
       │
     8 │   location               = var.disk_location
       │                            ────────┬────────
       │                                    ╰────────── the disk is in 'westus'
       │
       ├─[ infra/set.tf:3:14 ]
       │
     3 │   location = "eastus"
       │              ────┬───
       │                  ╰───── the encryption set is in 'eastus'
       │
       │ When: parameter environment is 'prod'
       │ From: location of azurerm_managed_disk.data: 'westus'
       │           1. infra/main.tf:3:13  default of variable disk_location
       │ Note: it rests on the default of variable disk_location
       │ Rule: All resources related to a customer-managed key must be in one
       │       subscription and one region
       │ Help: Put the disk and its encryption set into one region. A set cannot
       │       be moved: make one in the disk's region.
    ───╯

    1 finding (1 error)
    "#);
}

#[test]
fn paths_and_line_numbers_are_the_files_own_as_seen_from_the_working_directory() {
    let long = format!("{}\n{SET}", "# a comment\n".repeat(1_233));
    let sources = sources(&[("modules/set.tf", &long)]);
    let mut one = finding(&sources);
    one.related = vec![place(&sources, "modules/set.tf", "\"eastus\"", "the encryption set is in 'eastus'")];
    one.trails.clear();
    let findings = [one];
    let mut report = report(&sources, &findings);
    report.style.paths = DisplayPaths::new(Path::new("/repo"), Path::new("/repo/infra"));
    insta::assert_snapshot!(text(Format::Default, &report), @r#"
    Error[CMK020 same_region]: disk azurerm_managed_disk.data is in 'westus', its
    encryption set in 'eastus'
          ╭─[ main.tf:8:28 ]
          │
        8 │   location               = var.disk_location
          │                            ────────┬────────
          │                                    ╰────────── the disk is in 'westus'
          │
          ├─[ ../modules/set.tf:1237:14 ]
          │
     1237 │   location = "eastus"
          │              ────┬───
          │                  ╰───── the encryption set is in 'eastus'
          │
          │ When: parameter environment is 'prod'
          │ Note: it rests on the default of variable disk_location
          │ Rule: All resources related to a customer-managed key must be in one
          │       subscription and one region
          │ Help: Put the disk and its encryption set into one region. A set
          │       cannot be moved: make one in the disk's region.
    ──────╯

    1 finding (1 error)
    "#);
}

#[test]
fn colors_change_nothing_but_color() {
    let long = format!("{}\n{SET}", "# a comment\n".repeat(99));
    let sources = sources(&[("modules/set.tf", &long)]);
    let mut one = finding(&sources);
    one.related.push(place(&sources, "modules/set.tf", "\"eastus\"", "another"));
    one.related.push(place(&sources, "modules/set.tf", "# a comment", "a first line"));
    let findings = [one, plain(&sources, "infra/main.tf", "\"data\"")];
    let mut report = report(&sources, &findings);
    let plain = text(Format::Default, &report);
    report.style.color = true;
    let colored = text(Format::Default, &report);
    let mut stripped = String::new();
    for (index, piece) in colored.split("\u{1b}[").enumerate() {
        stripped.push_str(if index == 0 { piece } else { piece.split_once('m').unwrap().1 });
    }
    assert_eq!(stripped.lines().map(str::trim_end).collect::<Vec<_>>(), plain.lines().collect::<Vec<_>>());
    assert_ne!(colored, plain);
    assert!(!plain.contains('\u{1b}'));
}

#[test]
fn tabs_crlf_wide_and_joined_characters_keep_labels_under_their_text() {
    let body = "resource \"x\" \"é\" {\r\n\tname\t= \"日本語\"\r\n\tlocation = \"wést 😀\" # 日本\r\n}\r\n";
    let sources = sources(&[("t.tf", body)]);
    let mut one = plain(&sources, "t.tf", "\"wést 😀\"");
    one.related = vec![
        place(&sources, "t.tf", "\"日本語\"", "名前"),
        place(&sources, "t.tf", "# 日本", "a comment"),
        place(&sources, "infra/set.tf", "\"eastus\"", ""),
    ];
    let findings = [one];
    insta::assert_snapshot!(text(Format::Default, &report(&sources, &findings)), @r#"
    Warning[CMK090 disk_without_cmk]: disk t.tf states no encryption set
       ╭─[ t.tf:3:13 ]
       │
     2 │     name    = "日本語"
       │               ───┬────
       │                  ╰────── 名前
     3 │     location = "wést 😀" # 日本
       │                ────┬──── ──┬───
       │                    ╰───────────── no encryption set
       │                            │
       │                            ╰───── a comment
       │
       ├─[ infra/set.tf:3:14 ]
       │
     3 │   location = "eastus"
       │              ────┬───
       │                  ╰───── here
       │
       │ Rule: A managed disk names an encryption set
       │ Help: Name an encryption set.
    ───╯

    1 finding (1 warning)
    "#);
}

#[test]
fn a_line_of_megabytes_is_shown_as_a_window_of_it() {
    let object = r#"{"type":"Microsoft.Compute/disks","location":"westus","pad":"äx"},"#;
    let body = format!("[{}{}{{}}]", object.repeat(40_000), r#"{"location":"eastus"},"#);
    let sources = sources(&[("main.json", &body)]);
    let mut one = plain(&sources, "main.json", "\"eastus\"");
    one.related = vec![place(&sources, "main.json", "\"westus\"", "the first disk")];
    let findings: Vec<_> = (0..200).map(|_| one.clone()).collect();
    let started = std::time::Instant::now();
    let all = text(Format::Default, &report(&sources, &findings));
    assert!(all.len() < 300_000, "{} bytes", all.len());
    // Two hundred times megabytes would take minutes.
    assert!(started.elapsed().as_secs() < 20);
    insta::assert_snapshot!(text(Format::Default, &report(&sources, &findings[..1])), @r#"
    Warning[CMK090 disk_without_cmk]: disk main.json states no encryption set
       ╭─[ main.json:1:2640014 ]
       │
     1 │ …sks","location":"westus","pad":"äx"},{"type":"Microsoft.Compute/disks"…
       │                  ────┬───
       │                      ╰───── the first disk
       │
     1 │ …x"},{"location":"eastus"},{}]
       │                  ────┬───
       │                      ╰───── no encryption set
       │
       │ Rule: A managed disk names an encryption set
       │ Help: Name an encryption set.
    ───╯

    1 finding (1 warning)
    "#);
}

#[test]
fn what_commands_a_terminal_is_not_passed_on() {
    let sources = sources(&[("e.tf", "a = \"\u{1b}]0;x\u{7}\u{202e}y\"\u{2028}z\n")]);
    let mut one = plain(&sources, "e.tf", "\u{7}");
    one.message = "value is '\u{1b}[2J\u{1}1\u{1}'\nand more".to_owned();
    one.primary.message = "here\u{1b}[31m\n12 │".to_owned();
    one.help = "do\u{9b}31m".to_owned();
    let findings = [one];
    for format in [Format::Default, Format::Compact] {
        let text = text(format, &report(&sources, &findings));
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
        assert!(!text.contains(['\u{202e}', '\u{2028}']));
    }
}

#[test]
fn a_span_over_lines_points_at_its_first_line_and_equal_spans_are_one_label() {
    let sources = sources(&[]);
    let mut one = plain(&sources, "infra/set.tf", "{\n  name     = \"set\"\n  location = \"eastus\"\n}");
    one.related = vec![
        place(&sources, "infra/set.tf", "{\n  name     = \"set\"\n  location = \"eastus\"\n}", "declared here"),
        place(&sources, "infra/set.tf", "{\n  name     = \"set\"\n  location = \"eastus\"\n}", "declared here"),
    ];
    let findings = [one];
    insta::assert_snapshot!(text(Format::Default, &report(&sources, &findings)), @r#"
    Warning[CMK090 disk_without_cmk]: disk infra/set.tf states no encryption set
       ╭─[ infra/set.tf:1:46 ]
       │
     1 │ resource "azurerm_disk_encryption_set" "set" {
       │                                              ┬
       │                                              ╰── no encryption set;
       │                                                  declared here
       │
       │ Rule: A managed disk names an encryption set
       │ Help: Name an encryption set.
    ───╯

    1 finding (1 warning)
    "#);
}

#[test]
fn many_places_and_steps_are_counted_not_drawn() {
    let lines: String = (0..40).map(|i| format!("v{i:02} = {i}\n")).collect();
    let sources = sources(&[("many.tf", &lines)]);
    let mut one = plain(&sources, "many.tf", "v00");
    one.related = (1..40).map(|i| place(&sources, "many.tf", &format!("v{i:02}"), "taken")).collect();
    one.trails = finding(&sources).trails;
    one.trails[0].steps = (0..40).map(|i| step(&sources, "many.tf", &format!("v{i:02}"), "passed on")).collect();
    let findings = [one];
    let text = text(Format::Default, &report(&sources, &findings));
    assert!(text.contains("27 further places not shown"), "{text}");
    assert!(text.contains("… 15 steps …"), "{text}");
    assert!(text.contains(" 27. many.tf:40:1  passed on"), "{text}");
}

#[test]
fn the_summary_counts_levels_ignored_ones_and_says_what_is_missing() {
    let sources = sources(&[]);
    let last = |report: &cmklint_report::Report<'_>| text(Format::Default, report).lines().last().unwrap().to_owned();
    let findings = [finding(&sources), plain(&sources, "infra/main.tf", "\"data\""), finding(&sources)];
    let mut some = report(&sources, &findings);
    some.ignored = 1;
    assert_eq!(last(&some), "3 findings (2 errors, 1 warning), 1 ignored");
    some.known = 2;
    assert_eq!(last(&some), "3 findings (2 errors, 1 warning), 1 ignored, 2 in the baseline");
    some.known = 0;
    let broken = [Diagnostic::new(Severity::Error, "unreadable", "no such file").about("x.tf")];
    let mut none = report(&sources, &[]);
    assert_eq!(text(Format::Default, &none), "no findings\n");
    none.diagnostics = &broken;
    assert_eq!(last(&none), "no findings; 1 error while reading, so there may be more");
    let mut below = report(&sources, &findings[1..2]);
    below.minimum_failure = Level::Error;
    assert_eq!(last(&below), "1 finding (1 warning); none is an error, so none fails the run");
}

#[test]
fn compact_is_a_line_a_finding() {
    let sources = sources(&[]);
    let findings = [finding(&sources), plain(&sources, "infra/main.tf", "\"data\"")];
    insta::assert_snapshot!(text(Format::Compact, &report(&sources, &findings)), @r#"
    2 issue(s) found:

    infra/main.tf:8:28: Error - disk azurerm_managed_disk.data is in 'westus', its encryption set in 'eastus' (when parameter environment is 'prod'; it rests on the default of variable disk_location) (CMK020)
    infra/main.tf:6:33: Warning - disk infra/main.tf states no encryption set (CMK090)
    "#);
    assert_eq!(text(Format::Compact, &report(&sources, &[])), "");
}

fn diagnostic(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let mut out = Vec::new();
    let style = Style { width: 80, ..Style::default() };
    cmklint_report::write_diagnostics([diagnostic], sources, &style, 0, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_diagnostic_with_a_span_shows_its_source_and_one_without_is_a_line() {
    let sources = sources(&[]);
    let at = Diagnostic::error("module-cycle", "module a calls itself", span(&sources, "infra/main.tf", "\"westus\""))
        .label(span(&sources, "infra/set.tf", "\"set\""), "called here")
        .help("Break the cycle.");
    insta::assert_snapshot!(diagnostic(&at, &sources), @r#"
    error[module-cycle]: module a calls itself
       ╭─[ infra/main.tf:3:13 ]
       │
     3 │   default = "westus"
       │             ────┬───
       │                 ╰───── here
       │
       ├─[ infra/set.tf:1:40 ]
       │
     1 │ resource "azurerm_disk_encryption_set" "set" {
       │                                        ──┬──
       │                                          ╰──── called here
       │
       │ Help: Break the cycle.
    ───╯
    "#);
    let without = Diagnostic::new(Severity::Warning, "unreadable", "the file is not UTF-8").about("a/b.tf");
    assert_eq!(diagnostic(&without, &sources), "warning: a/b.tf: the file is not UTF-8\n");
    let bare = Diagnostic::new(Severity::Error, "inputs", "no inputs").help("name a path");
    assert_eq!(diagnostic(&bare, &sources), "error: no inputs\n  help: name a path\n");
}

#[test]
fn no_line_is_wider_than_the_terminal_where_words_allow() {
    let sources = sources(&[]);
    let mut one = finding(&sources);
    one.message = "word ".repeat(60);
    one.help = "word ".repeat(60);
    let findings = [one];
    let mut report = report(&sources, &findings);
    for width in [60, 80, 120] {
        report.style.width = width;
        for line in text(Format::Default, &report).lines().filter(|l| !l.contains('╰')) {
            assert!(line.chars().count() <= width, "{width}: {line}");
        }
    }
    report.style.width = 0;
    assert!(text(Format::Default, &report).lines().any(|l| l.chars().count() > 200));
}

#[test]
fn from_40_to_200_columns_frames_are_whole_and_long_labels_are_underlined_on_both_sides_of_their_middle() {
    let id = format!(
        "\"/subscriptions/{}/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets/des-atlas\"",
        "1".repeat(36)
    );
    let text = format!(
        "resource \"azurerm_managed_disk\" \"data\" {{\n  disk_encryption_set_id = {id} # of the other region, until June\n}}\n"
    );
    let sources = sources(&[("long/main.tf", &text)]);
    let mut one = plain(&sources, "infra/set.tf", "\"set\"");
    one.primary = place(&sources, "long/main.tf", &id, "an encryption set of another region");
    one.related.push(place(&sources, "infra/set.tf", "\"eastus\"", "the set is in 'eastus'"));
    let findings = [one];
    let mut report = report(&sources, &findings);
    for width in 40..=200 {
        report.style.width = width;
        let shown = text_of(&report);
        for line in shown.lines() {
            assert!(line.chars().count() <= width, "{width}: {line}");
        }
        let mut lines = shown.lines();
        let source = lines.find(|line| line.contains("des-atlas")).unwrap_or_else(|| panic!("{width}: {shown}"));
        let underline = lines.next().unwrap();
        let drawn = underline.chars().filter(|c| matches!(c, '─' | '┬')).count();
        assert!(drawn + 6 >= id.len().min(width / 2), "{width}: {drawn}\n{source}\n{underline}");
        assert!(shown.contains('╯') && shown.matches('╭').count() == 1, "{shown}");
    }
}

fn text_of(report: &cmklint_report::Report<'_>) -> String {
    text(Format::Default, report)
}

#[test]
fn any_text_with_any_spans_is_drawn_without_a_panic() {
    let pieces = [
        "a", "=", " ", "\t", "\n", "\r\n", "\r", "é", "😀", "\u{301}", "日", "\u{0}", "\u{2028}", "\u{85}", "\u{1}", "",
    ];
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..1_500 {
        let length = random(120);
        let texts: Vec<String> = (0..2).map(|_| (0..length).map(|_| pieces[random(pieces.len())]).collect()).collect();
        let sources = sources(&[("x.tf", &texts[0]), ("y.tf", &texts[1])]);
        let mut one = plain(&sources, "infra/set.tf", "\"set\"");
        let mut any = |path: &str| {
            let file = sources.load(path).unwrap();
            let start = random(file.text().len() + 3);
            file.span(start, start + random(12))
        };
        one.primary.span = any("x.tf");
        for path in ["y.tf", "x.tf", "y.tf", "x.tf", "x.tf"] {
            let mut place = one.primary.clone();
            place.span = any(path);
            one.related.push(place);
        }
        let findings = [one];
        let mut report = report(&sources, &findings);
        report.style.width = random(3) * 45;
        report.style.color = random(2) == 0;
        let drawn = text(Format::Default, &report);
        assert!(drawn.contains("x.tf:"), "{drawn}");
        assert!(drawn.chars().all(|c| c == '\n' || c == '\u{1b}' || !c.is_control()), "{drawn:?}");
        assert!(report.style.color || drawn.lines().filter(|l| l.contains("no encryption set")).count() > 1, "{drawn}");
    }
}
