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

pub(crate) fn write(report: &MapReport<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    json_text::write_line(&value(report, false), out)
}

/// The data; with what only the page shows where it is `for_page`: words for kinds and roles, and the code at each place.
pub(super) fn value(report: &MapReport<'_>, for_page: bool) -> Value {
    let mut places = Places::new(report.sources);
    let mut place = |span: Span| location(&mut places, report, span, for_page);
    let with_words = |mut value: Value, name: &str, words: &str| {
        if let Some(object) = value.as_object_mut().filter(|_| for_page) {
            object.insert(name.to_owned(), Value::from(words));
        }
        value
    };
    let resources: Vec<Value> = report
        .map
        .resources
        .iter()
        .map(|found| with_words(resource(found, place(found.span)), "kindInWords", found.kind.in_words()))
        .collect();
    let edges: Vec<Value> = report
        .map
        .edges
        .iter()
        .filter_map(|found| {
            Some(with_words(edge(found, report, place(found.span))?, "roleInWords", found.role.in_words()))
        })
        .collect();
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
    json!({ "version": VERSION, "resources": resources, "edges": edges, "findings": findings })
}

fn resource(resource: &MappedResource, place: Value) -> Value {
    use cmklint_rules::Presence;
    json!({
        "kind": resource.kind.as_str(),
        "type": &*resource.resource_type,
        "address": &*resource.address,
        "root": resource.deployment.root.path(),
        "inputs": resource.deployment.to_string(),
        "name": cases(&resource.name),
        "region": cases(&resource.region),
        "subscription": cases(&resource.subscription),
        "resourceGroup": cases(&resource.resource_group),
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
fn cases(value: &MappedValue) -> Value {
    let case = |case: &cmklint_rules::ValueCase| json!({ "when": case.when, "known": case.text.is_some(), "text": case.text, "inWords": case.in_words });
    value.cases.iter().map(case).collect()
}

/// How many bytes of a line are shown.
const MOST_OF_A_LINE: usize = 300;

fn location(places: &mut Places<'_>, report: &MapReport<'_>, span: Span, with_code: bool) -> Value {
    let Some(region) = places.region(span) else { return Value::Null };
    let file = report.paths.show(region.file.path());
    let mut place = json!({ "file": file, "line": region.start.line, "column": region.start.column });
    if let Some(object) = place.as_object_mut().filter(|_| with_code) {
        let line = region.file.lines().line_text(region.file.text(), region.start.line);
        let end = line.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= MOST_OF_A_LINE).last();
        object.insert("code".to_owned(), Value::from(line.get(..end.unwrap_or(0)).unwrap_or("").trim_end()));
    }
    place
}
