//! A graph for Graphviz: a cluster for each subscription, in it one for each region. Broken edges are red and name the rules.

use std::io;

use cmklint_rules::{MappedKind, MappedTarget};

use super::MapReport;
use crate::untrusted::Untrusted;

pub(crate) fn write(report: &MapReport<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "digraph estate {{")?;
    writeln!(
        out,
        "    rankdir=LR;\n    node [shape=box, fontname=\"sans-serif\"];\n    edge [fontname=\"sans-serif\"];"
    )?;
    for (s, (subscription, regions)) in report.by_place().iter().enumerate() {
        writeln!(out, "    subgraph cluster_s{s} {{\n        label={};", text(subscription))?;
        for (r, (region, resources)) in regions.iter().enumerate() {
            writeln!(out, "        subgraph cluster_s{s}r{r} {{\n            label={};", text(region))?;
            for at in resources {
                let resource = &report.map.resources[*at];
                let title = text(&format!("{} {}", resource.kind.in_words(), resource.address));
                writeln!(out, "            n{at} [label={title}, shape={}];", shape(resource.kind))?;
            }
            writeln!(out, "        }}")?;
        }
        writeln!(out, "    }}")?;
    }
    let violations = report.broken();
    for (number, edge) in report.map.edges.iter().enumerate() {
        let Some(from) = report.number(edge.from) else { continue };
        let rules: Vec<&str> = violations.rules(edge).into_iter().collect();
        let attributes = if rules.is_empty() {
            format!("label={}", text(edge.role.in_words()))
        } else {
            let label = format!("{}: {}", edge.role.in_words(), rules.join(", "));
            format!("label={}, color=red, fontcolor=red, penwidth=2", text(&label))
        };
        match &edge.to {
            MappedTarget::Node(node) => {
                let Some(to) = report.number(*node) else { continue };
                writeln!(out, "    n{from} -> n{to} [{attributes}];")?;
            }
            MappedTarget::Id(id) => {
                writeln!(out, "    x{number} [label={}, style=dashed];", text(id))?;
                writeln!(out, "    n{from} -> x{number} [{attributes}];")?;
            }
        }
    }
    writeln!(out, "}}")
}

fn shape(kind: MappedKind) -> &'static str {
    match kind {
        MappedKind::Vault | MappedKind::ManagedHsm => "cylinder",
        MappedKind::Key => "hexagon",
        MappedKind::EncryptionSet => "ellipse",
        _ => "box",
    }
}

/// `text` as a quoted string.
fn text(text: &str) -> String {
    format!("\"{}\"", Untrusted(text).log().as_str().replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_ends_where_it_should() {
        assert_eq!(text(r#"a"b\"#), r#""a\"b\\""#);
    }
}
