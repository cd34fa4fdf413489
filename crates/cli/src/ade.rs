//! `cmklint ade`: a list of the resources that have Azure Disk Encryption or are marked by it, and what has to be done with each.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;
use std::process::ExitCode;

use anyhow::bail;
use cmklint_report::{DisplayPaths, Format, LogLines, log_line, write_json};
use cmklint_rules::{AdeAction, AdeEntry, ade_retires};
use cmklint_source::Sources;
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::args::LintArgs;
use crate::console::write_lines;
use crate::invocation::Invocation;
use crate::run;

/// The columns of the tables.
const COLUMNS: [&str; 13] = [
    "resource",
    "kind",
    "action",
    "blocks",
    "operating system",
    "volumes",
    "why",
    "subscription",
    "region",
    "root",
    "place",
    "vault",
    "when",
];

/// Analyzes what `args` name, and writes the list. Errors go to `err`.
///
/// # Errors
/// Where the run can't be done at all, or the format is one that the list doesn't have.
pub fn list(
    args: &LintArgs,
    csv: bool,
    today: Date,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let format = args.format.unwrap_or_default();
    if !matches!(format, Format::Default | Format::Json | Format::Markdown) {
        bail!("no such format of this list: {format} (default, json or markdown; --csv)");
    }
    let invocation = Invocation { lists_ade: true, ..Invocation::new(args, today)? };
    run::survey(&invocation, err, |codebase, outcome| {
        let list = AdeTable {
            sources: &codebase.sources,
            paths: DisplayPaths::new(&codebase.tree.root, &codebase.tree.cwd),
            entries: &outcome.ade,
        };
        match (csv, format) {
            (true, _) => {
                let mut lines = LogLines::new(out);
                lines.write_all(list.csv().as_bytes())?;
                lines.flush()?;
            }
            (_, Format::Json) => write_json(&list.json(), out)?,
            (_, Format::Markdown) => {
                let mut lines = LogLines::new(out);
                lines.write_all(list.markdown().as_bytes())?;
                lines.flush()?;
            }
            _ => write_lines(&list.text(), out)?,
        }
        Ok(())
    })
}

struct AdeTable<'a> {
    sources: &'a Sources,
    paths: DisplayPaths,
    entries: &'a [AdeEntry],
}

impl AdeTable<'_> {
    fn place(&self, entry: &AdeEntry) -> String {
        match self.sources.get(entry.at.file) {
            Some(file) => format!("{}:{}", self.paths.show(file.path()), file.lines().line(entry.at.start)),
            None => String::new(),
        }
    }

    fn row(&self, entry: &AdeEntry) -> [String; COLUMNS.len()] {
        [
            entry.address.clone(),
            entry.kind.to_owned(),
            entry.action.as_str().to_owned(),
            entry.blocks.join("; "),
            entry.operating_system.unwrap_or_default().to_owned(),
            entry.volumes.to_owned(),
            entry.why.clone(),
            entry.subscription.clone(),
            entry.region.clone(),
            entry.root.clone(),
            self.place(entry),
            entry.vault.clone(),
            entry.when.clone(),
        ]
    }

    /// The number of entries for each key, in order of the keys.
    fn counts(&self, key: impl Fn(&AdeEntry) -> String) -> BTreeMap<String, usize> {
        let mut out = BTreeMap::new();
        for entry in self.entries {
            *out.entry(key(entry)).or_default() += 1;
        }
        out
    }

    fn by_action(&self) -> impl Iterator<Item = (AdeAction, Vec<&AdeEntry>)> {
        AdeAction::ALL.into_iter().filter_map(|action| {
            let entries: Vec<&AdeEntry> = self.entries.iter().filter(|entry| entry.action == action).collect();
            (!entries.is_empty()).then_some((action, entries))
        })
    }

    fn blocked(&self) -> usize {
        self.entries.iter().filter(|entry| !entry.blocks.is_empty()).count()
    }

    fn totals(&self) -> [(&'static str, BTreeMap<String, usize>); 5] {
        [
            ("action", self.counts(|e| e.action.as_str().to_owned())),
            ("kind", self.counts(|e| e.kind.to_owned())),
            ("subscription", self.counts(|e| e.subscription.clone())),
            ("region", self.counts(|e| e.region.clone())),
            ("root", self.counts(|e| e.root.clone())),
        ]
    }

    fn text(&self) -> String {
        if self.entries.is_empty() {
            return "nothing has Azure Disk Encryption or is marked by it\n".to_owned();
        }
        let mut text = format!(
            "{} resources have Azure Disk Encryption or are marked by it; it retires on {}. For {} of them something is planned that the mark blocks.\n",
            self.entries.len(),
            ade_retires(),
            self.blocked()
        );
        for (name, counts) in self.totals() {
            let _ = writeln!(text, "\nby {name}");
            for (key, count) in counts {
                let _ = writeln!(text, "{count:>6}  {key}");
            }
        }
        for (action, entries) in self.by_action() {
            let _ = writeln!(text, "\n{} ({})", action.as_str(), entries.len());
            for entry in entries {
                self.entry(entry, &mut text);
            }
        }
        text
    }

    fn entry(&self, entry: &AdeEntry, text: &mut String) {
        let system = entry.operating_system.map_or_else(String::new, |system| format!(", {system}"));
        let volumes = if entry.volumes.is_empty() { String::new() } else { format!(", volumes: {}", entry.volumes) };
        let _ = writeln!(text, "  {} {}{system}{volumes}", entry.kind, entry.address);
        let _ = writeln!(text, "    {} ({})", entry.why, self.place(entry));
        if !entry.blocks.is_empty() {
            let _ = writeln!(text, "    blocks {}", entry.blocks.join(", "));
        }
        if !entry.when.is_empty() {
            let _ = writeln!(text, "    when {}", entry.when);
        }
    }

    fn json(&self) -> Value {
        let entry = |entry: &AdeEntry| {
            json!({
                "resource": entry.address, "kind": entry.kind, "action": entry.action.as_str(), "blocks": entry.blocks,
                "operatingSystem": entry.operating_system, "volumes": entry.volumes, "why": entry.why,
                "subscription": entry.subscription, "region": entry.region, "root": entry.root,
                "place": self.place(entry), "vault": entry.vault, "when": entry.when,
            })
        };
        let counts: BTreeMap<&str, BTreeMap<String, usize>> = self.totals().into_iter().collect();
        json!({
            "retires": ade_retires(), "count": self.entries.len(), "blocked": self.blocked(), "counts": counts,
            "entries": self.entries.iter().map(entry).collect::<Vec<_>>(),
        })
    }

    fn csv(&self) -> String {
        let mut out = COLUMNS.join(",") + "\r\n";
        for entry in self.entries {
            let row = self.row(entry).map(|field| quoted(&field));
            out.push_str(&row.join(","));
            out.push_str("\r\n");
        }
        out
    }

    fn markdown(&self) -> String {
        let mut out = format!(
            "# Azure Disk Encryption\n\n{} resources have it or are marked by it. It retires on {}. For {} of them something is planned that the mark blocks.\n",
            self.entries.len(),
            ade_retires(),
            self.blocked()
        );
        for (name, counts) in self.totals() {
            let _ = writeln!(out, "\n| {name} | resources |\n|---|---|");
            for (key, count) in counts {
                let _ = writeln!(out, "| {} | {count} |", cell(&key));
            }
        }
        let _ = writeln!(out, "\n| {} |\n|{}", COLUMNS.join(" | "), "---|".repeat(COLUMNS.len()));
        for (_, entries) in self.by_action() {
            for entry in entries {
                let _ = writeln!(out, "| {} |", self.row(entry).map(|field| cell(&field)).join(" | "));
            }
        }
        out
    }
}

/// A field of a CSV table. A text that a spreadsheet would read as a formula is escaped.
fn quoted(field: &str) -> String {
    let line = log_line(field);
    let text = if line.starts_with(['=', '+', '-', '@', '\t']) { format!("'{line}") } else { line };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// A cell of a Markdown table, without markup in it.
fn cell(field: &str) -> String {
    let mut out = String::new();
    for c in log_line(field).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '|' | '`' | '*' | '[' | ']' | '\\' | '#' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_no_formulas_and_cells_no_markup() {
        assert_eq!(quoted("=cmd()"), "'=cmd()");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(cell("a|b<script>"), "a\\|b&lt;script&gt;");
    }
}
