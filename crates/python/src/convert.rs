//! Rows of the analysis as tables.

use cmklint_fleet::{Edge, Fact, Finding, Problem, RepositoryReport, Resource};
use pyo3::PyResult;

use crate::table::{Column, Table};

/// The findings of `reports`, one row each.
pub(crate) fn findings(reports: &[RepositoryReport]) -> PyResult<Table> {
    let all: Vec<(&str, &Finding)> =
        reports.iter().flat_map(|r| r.findings.iter().map(|f| (r.repository.as_str(), f))).collect();
    let text = |name, of: fn(&Finding) -> &str| Column::text(name, all.iter().map(|(_, finding)| of(finding)));
    let texts =
        |name, of: fn(&Finding) -> &Vec<String>| Column::texts(name, all.iter().map(|(_, finding)| of(finding)));
    Table::new(vec![
        Column::text("repository", all.iter().map(|(repository, _)| repository)),
        text("rule", |f| &f.rule),
        text("name", |f| &f.name),
        text("level", |f| &f.level),
        text("confidence", |f| &f.confidence),
        text("message", |f| &f.message),
        text("when", |f| &f.when),
        text("help", |f| &f.help),
        text("path", |f| &f.path),
        Column::line("line", all.iter().map(|(_, f)| f.line)),
        Column::line("column", all.iter().map(|(_, f)| f.column)),
        text("root", |f| &f.root),
        text("fingerprint", |f| &f.fingerprint),
        texts("resources", |f| &f.resources),
        texts("related", |f| &f.related),
        texts("notes", |f| &f.notes),
    ])
}

/// The problems of `reports`, one row each.
pub(crate) fn problems(reports: &[RepositoryReport]) -> PyResult<Table> {
    let all: Vec<(&str, &Problem)> =
        reports.iter().flat_map(|r| r.problems.iter().map(|p| (r.repository.as_str(), p))).collect();
    Table::new(vec![
        Column::text("repository", all.iter().map(|(repository, _)| repository)),
        Column::flag("is_error", all.iter().map(|(_, p)| p.is_error)),
        Column::text("code", all.iter().map(|(_, p)| &p.code)),
        Column::text("message", all.iter().map(|(_, p)| &p.message)),
        Column::text("path", all.iter().map(|(_, p)| &p.path)),
        Column::line("line", all.iter().map(|(_, p)| p.line)),
    ])
}

/// Facts, one row each.
pub(crate) fn facts(facts: &[Fact]) -> PyResult<Table> {
    Table::new(vec![
        Column::text("repository", facts.iter().map(|fact| &fact.repository)),
        Column::text("kind", facts.iter().map(|fact| fact.kind.as_str())),
        Column::text("key", facts.iter().map(|fact| &fact.key)),
        Column::number("count", facts.iter().map(|fact| fact.count)),
        Column::number("limit", facts.iter().map(|fact| fact.limit)),
    ])
}

/// Resources, one row each.
pub(crate) fn resources(all: &[Resource]) -> PyResult<Table> {
    let text = |name, of: fn(&Resource) -> &str| Column::text(name, all.iter().map(of));
    Table::new(vec![
        Column::number("number", all.iter().map(|r| r.number)),
        text("kind", |r| r.kind),
        text("type", |r| &r.resource_type),
        text("address", |r| &r.address),
        text("root", |r| &r.root),
        text("name", |r| &r.name),
        text("region", |r| &r.region),
        text("subscription", |r| &r.subscription),
        text("resource_group", |r| &r.resource_group),
        text("when", |r| &r.when),
        Column::flag("is_declared", all.iter().map(|r| r.is_declared)),
        text("path", |r| &r.path),
        Column::line("line", all.iter().map(|r| r.line)),
    ])
}

/// Edges, one row each.
pub(crate) fn edges(all: &[Edge]) -> PyResult<Table> {
    Table::new(vec![
        Column::number("from", all.iter().map(|edge| edge.from)),
        Column::maybe_number("to", all.iter().map(|edge| edge.to)),
        Column::text("named", all.iter().map(|edge| &edge.named)),
        Column::text("role", all.iter().map(|edge| edge.role)),
        Column::text("when", all.iter().map(|edge| &edge.when)),
    ])
}
