//! The estate as data: `docs/schema/graph-1.json`.

use std::cell::RefCell;
use std::io;

use cmklint_rules::{Finding, MappedEdge, MappedResource, MappedTarget, MappedValue};
use cmklint_source::Span;
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Value, json};

use super::{Broken, MapReport};
use crate::json_text;
use crate::place::Places;
use crate::untrusted::Untrusted;

/// The schema's version: raised where a key is removed or changes its meaning.
const VERSION: u32 = 1;

pub(crate) fn write(report: &MapReport<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    json_text::write_line(&Data::of(report), out)
}

/// The data, which is written part by part: what each part repeats, such as the path of its file, is never held for all of them.
pub(super) struct Data<'r> {
    report: &'r MapReport<'r>,
    /// The title, with which there is what only the page shows: words for kinds and roles, and the code at each place.
    title: Option<&'r str>,
}

impl<'r> Data<'r> {
    /// The data for programs.
    fn of(report: &'r MapReport<'r>) -> Self {
        Self { report, title: None }
    }

    /// The data for the page.
    pub(super) fn of_page(report: &'r MapReport<'r>, title: &'r str) -> Self {
        Self { report, title: Some(title) }
    }

    /// As a person may see it on the page: without invisible characters and those that reverse the direction of text.
    fn shown(&self, value: Value) -> Value {
        if self.title.is_some() { visible(value) } else { value }
    }
}

/// A list whose items are made when they are written.
struct Items<I>(RefCell<I>);

impl<I: Iterator<Item = Value>> Serialize for Items<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&mut *self.0.borrow_mut())
    }
}

impl Serialize for Data<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = self.report;
        let for_page = self.title.is_some();
        let places = RefCell::new(Places::new(report.sources));
        let place = |span: Span| location(&mut places.borrow_mut(), report, span, for_page);
        let with_words = |mut value: Value, name: &str, words: &str| {
            if let Some(object) = value.as_object_mut().filter(|_| for_page) {
                object.insert(name.to_owned(), Value::from(words));
            }
            self.shown(value)
        };
        let resources = report.map.resources.iter();
        let resources =
            resources.map(|found| with_words(resource(found, place(found.span)), "kindInWords", found.kind.in_words()));
        let violations = report.broken();
        let edges = report.map.edges.iter().filter_map(|found| {
            let edge = edge(found, &violations, place(found.span))?;
            Some(with_words(edge, "roleInWords", found.role.in_words()))
        });
        let findings = report.findings.iter().map(|found| self.shown(finding(found, place(found.primary.span))));
        let mut data = serializer.serialize_map(None)?;
        data.serialize_entry("version", &VERSION)?;
        data.serialize_entry("resources", &Items(RefCell::new(resources)))?;
        data.serialize_entry("edges", &Items(RefCell::new(edges)))?;
        data.serialize_entry("findings", &Items(RefCell::new(findings)))?;
        if let Some(title) = self.title {
            data.serialize_entry("title", &Untrusted(title).visible())?;
        }
        data.end()
    }
}

/// `value` without invisible characters and those that reverse the direction of text.
fn visible(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(Untrusted(&text).visible()),
        Value::Array(items) => items.into_iter().map(visible).collect(),
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (name, visible(value))).collect())
        }
        other => other,
    }
}

fn finding(finding: &Finding, place: Value) -> Value {
    json!({
        "rule": finding.rule.id,
        "level": finding.level.as_str(),
        "message": finding.message,
        "when": finding.world,
        "root": finding.root().path(),
        "resources": finding.resources,
        "place": place,
    })
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

fn edge(edge: &MappedEdge, violations: &Broken<'_>, place: Value) -> Option<Value> {
    let report = violations.report;
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
        "violates": violations.rules(edge),
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
