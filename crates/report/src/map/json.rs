//! The estate as data: `docs/schema/graph-1.json`.

use std::io;

use cmklint_rules::{MappedEdge, MappedResource, MappedTarget, MappedValue};
use cmklint_source::Span;
use serde_json::{Value, json};

use super::MapReport;
use crate::json_text;
use crate::place::Places;

/// The schema's version: raised where a key is removed or changes its meaning.
const VERSION: u32 = 1;

pub(super) fn write(report: &MapReport<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut places = Places::new(report.sources);
    let mut place = |span: Span| location(&mut places, report, span);
    let resources: Vec<Value> = report.map.resources.iter().map(|found| resource(found, place(found.span))).collect();
    let edges: Vec<Value> =
        report.map.edges.iter().filter_map(|found| edge(found, report, place(found.span))).collect();
    let findings: Vec<Value> = report
        .findings
        .iter()
        .map(|finding| {
            json!({
                "rule": finding.rule.id,
                "level": finding.level.as_str(),
                "message": finding.message,
                "when": finding.world,
                "root": finding.root().path(),
                "resources": finding.resources,
                "place": place(finding.primary.span),
            })
        })
        .collect();
    let all = json!({ "version": VERSION, "resources": resources, "edges": edges, "findings": findings });
    json_text::write_line(&all, out)
}

fn resource(resource: &MappedResource, place: Value) -> Value {
    use cmklint_rules::Presence;
    json!({
        "kind": resource.kind.as_str(),
        "type": &*resource.resource_type,
        "address": &*resource.address,
        "root": resource.deployment.root.path(),
        "inputs": resource.deployment.to_string(),
        "name": value(&resource.name),
        "region": value(&resource.region),
        "subscription": value(&resource.subscription),
        "resourceGroup": value(&resource.resource_group),
        "presence": match resource.presence {
            Presence::Declared => "declared",
            Presence::Existing => "existing",
            Presence::ByMachine => "madeByMachine",
        },
        "when": resource.when,
        "further": resource.further,
        "place": place,
    })
}

fn edge(edge: &MappedEdge, report: &MapReport<'_>, place: Value) -> Option<Value> {
    let (to, id) = match &edge.to {
        MappedTarget::Node(node) => (Some(report.number(*node)?), None),
        MappedTarget::Id(id) => (None, Some(id)),
    };
    Some(json!({
        "from": report.number(edge.from)?,
        "to": to,
        "id": id,
        "role": edge.role.as_str(),
        "when": edge.when,
        "violates": report.broken(edge),
        "place": place,
    }))
}

/// The cases of a value: each with its text where it is known, and in words.
fn value(value: &MappedValue) -> Value {
    let case = |case: &cmklint_rules::ValueCase| json!({ "when": case.when, "known": case.text.is_some(), "text": case.text, "inWords": case.in_words });
    value.cases.iter().map(case).collect()
}

fn location(places: &mut Places<'_>, report: &MapReport<'_>, span: Span) -> Value {
    let Some(region) = places.region(span) else { return Value::Null };
    let file = report.paths.show(region.file.path());
    json!({ "file": file, "line": region.start.line, "column": region.start.column })
}
