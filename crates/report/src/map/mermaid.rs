//! A Mermaid flowchart: a box for each subscription, in it one for each region. Broken edges are red and name the rules.

use std::io;

use cmklint_rules::{MappedKind, MappedTarget};

use super::MapReport;
use crate::untrusted::Untrusted;

pub(crate) fn write(report: &MapReport<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    for (s, (subscription, regions)) in report.by_place().iter().enumerate() {
        writeln!(out, "    subgraph s{s}[\"{}\"]", text(subscription))?;
        for (r, (region, resources)) in regions.iter().enumerate() {
            writeln!(out, "        subgraph s{s}r{r}[\"{}\"]", text(region))?;
            for at in resources {
                let resource = &report.map.resources[*at];
                let (open, close) = shape(resource.kind);
                let title = text(&format!("{} {}", resource.kind.in_words(), resource.address));
                writeln!(out, "            n{at}{open}\"{title}\"{close}")?;
            }
            writeln!(out, "        end")?;
        }
        writeln!(out, "    end")?;
    }
    let mut broken = Vec::new();
    let violations = report.broken();
    for (number, edge) in report.map.edges.iter().enumerate() {
        let Some(from) = report.number(edge.from) else { continue };
        let rules: Vec<&str> = violations.rules(edge).into_iter().collect();
        let mut label = edge.role.in_words().to_owned();
        if !rules.is_empty() {
            broken.push(number.to_string());
            label = format!("{label}: {}", rules.join(", "));
        }
        let label = text(&label);
        match &edge.to {
            MappedTarget::Node(node) => {
                let Some(to) = report.number(*node) else { continue };
                writeln!(out, "    n{from} -- \"{label}\" --> n{to}")?;
            }
            MappedTarget::Id(id) => writeln!(out, "    n{from} -- \"{label}\" --> x{number}[/\"{}\"/]", text(id))?,
        }
    }
    if !broken.is_empty() {
        writeln!(out, "    linkStyle {} stroke:#c00,stroke-width:3px,color:#c00", broken.join(","))?;
    }
    Ok(())
}

fn shape(kind: MappedKind) -> (&'static str, &'static str) {
    match kind {
        MappedKind::Vault | MappedKind::ManagedHsm => ("[(", ")]"),
        MappedKind::Key => ("{{", "}}"),
        MappedKind::EncryptionSet => ("([", "])"),
        _ => ("[", "]"),
    }
}

/// `text` inside the quotes of a label: a character other than a letter, digit, space or plain punctuation is written as its number, so that nothing is markup.
fn text(text: &str) -> String {
    let mut out = String::new();
    for c in Untrusted(text).visible().chars() {
        if c.is_alphanumeric() || " .,-_/:'()".contains(c) {
            out.push(c);
        } else {
            out.push_str(&format!("#{};", c as u32));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_label_is_markup() {
        assert_eq!(text("a\"]; click<b>`#&"), "a#34;#93;#59; click#60;b#62;#96;#35;#38;");
        assert_eq!(text("module.a.azurerm_managed_disk.d[0]"), "module.a.azurerm_managed_disk.d#91;0#93;");
    }
}
