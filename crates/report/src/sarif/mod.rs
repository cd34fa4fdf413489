//! SARIF 2.1.0 for GitHub code scanning: the parts that it reads, within its limits, without absolute paths and times.

mod limits;
mod line_hash;
mod message;
mod model;
mod rules;
mod uri;

use std::collections::HashMap;
use std::io;
use std::rc::Rc;

use cmklint_rules::{Finding, Place, RuleMeta};
use cmklint_source::{FileId, Severity, Span};

use crate::finding::{Lifted, REPOSITORY};
use crate::json_text::SharedText;
use crate::place::Places;
use crate::text::count;
use crate::untrusted::Untrusted;
use crate::{FixOffer, Report, Suppressed, SuppressionKind, fingerprint, json_text};
use line_hash::LineHashes;
use model::{
    ArtifactChange, ArtifactLocation, AutomationDetails, CodeFlow, ContextRegion, Descriptor, Driver, Fingerprints,
    Fix, Invocation, Location, Log, LogicalLocation, Notification, PhysicalLocation, PlaceElsewhere, Region,
    Replacement, ResultProperties, Run, SCHEMA, SarifResult, Suppression, Text, ThreadFlow, ThreadFlowLocation, Tool,
};

/// Lines of source in a result, and characters of them.
const SNIPPET_LINES: u32 = 4;
const SNIPPET_CHARS: usize = 400;

/// Writes the log; returns a description of what was left out.
pub(crate) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<Vec<String>> {
    let rules = rules::of(report);
    let mut writer =
        SarifWriter { report, places: Places::new(report.sources), hashes: HashMap::new(), uris: HashMap::new() };
    let mut results = writer.results(&rules);
    let mut left_out = Vec::new();
    let all = results.len();
    if all > limits::SHOWN {
        results.sort_by_key(|r| std::cmp::Reverse(weight(r.level)));
    }
    results.truncate(limits::RESULTS);
    results.truncate(limits::fitting(&results, limits::BYTES));
    if results.len() < all {
        let left = count(all - results.len(), "result");
        left_out.push(format!(
            "{left} of {all} left out of the SARIF report, the least grave first: GitHub code scanning takes no more"
        ));
    }
    let mut notifications = writer.notifications();
    notifications.extend(writer.unseen());
    notifications.extend(left_out.iter().map(|text| Notification {
        descriptor: Descriptor { id: "result-limit" },
        level: "warning",
        message: Text { text: text.clone() },
        locations: Vec::new(),
    }));
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "cmklint",
                    full_name: format!("cmklint {}", report.version),
                    information_uri: (!REPOSITORY.is_empty()).then_some(REPOSITORY),
                    version: report.version,
                    semantic_version: report.version,
                    rules: rules.iter().map(|meta| rules::rule(meta)).collect(),
                },
            },
            automation_details: AutomationDetails { id: "cmklint/" },
            invocations: [Invocation {
                execution_successful: report.diagnostics.iter().all(|d| d.severity < Severity::Error),
                tool_execution_notifications: notifications,
            }],
            column_kind: "utf16CodeUnits",
            results,
        }],
    };
    json_text::write_line(&log, out)?;
    Ok(left_out)
}

fn weight(level: &str) -> u8 {
    match level {
        "error" => 2,
        "warning" => 1,
        _ => 0,
    }
}

struct SarifWriter<'a> {
    report: &'a Report<'a>,
    places: Places<'a>,
    hashes: HashMap<FileId, Option<Rc<LineHashes>>>,
    /// The references of files, by their paths.
    uris: HashMap<String, SharedText>,
}

impl<'a> SarifWriter<'a> {
    /// The findings' results, then those of the suppressed ones.
    fn results(&mut self, rules: &[&'static RuleMeta]) -> Vec<SarifResult<'a>> {
        let report = self.report;
        // Either all results of a run have suppressions, possibly empty ones, or none has.
        let any = !report.suppressed.is_empty();
        let mut results = Vec::new();
        for (at, finding) in report.findings.iter().enumerate() {
            let fixes = report.fixes.iter().filter(|fix| fix.finding == at);
            let fixes = fixes.filter_map(|fix| self.fix(fix)).collect();
            results.push(SarifResult { fixes, ..self.result(finding, rules, any.then(Vec::new)) });
        }
        for suppressed in report.suppressed {
            results.push(self.result(suppressed.finding, rules, Some(vec![suppression(suppressed)])));
        }
        results
    }

    fn result(
        &mut self,
        finding: &'a Finding,
        rules: &[&'static RuleMeta],
        suppressions: Option<Vec<Suppression>>,
    ) -> SarifResult<'a> {
        let primary = finding.primary.span;
        let mut location = self.location(primary, &finding.primary.message, None);
        location.physical_location.context_region = self.context(primary);
        location.logical_locations = finding
            .resources
            .iter()
            .take(1)
            .map(|name| LogicalLocation { fully_qualified_name: name.clone(), kind: "resource" })
            .collect();
        let (related, elsewhere): (Vec<&'a Place>, Vec<&'a Place>) =
            finding.related.iter().partition(|place| self.is_of_tree(place.span));
        let places = related.iter().take(limits::RELATED).enumerate();
        let related_locations = places.map(|(i, p)| self.location(p.span, &p.message, Some(i + 1))).collect();
        let elsewhere = elsewhere.into_iter().filter_map(|place| self.elsewhere(place));
        let (before, outside): (Vec<PlaceElsewhere<'a>>, Vec<_>) =
            elsewhere.partition(|place| place.revision.is_some());
        let line_hash = self.line_hash(primary);
        SarifResult {
            rule_id: finding.rule.id,
            rule_index: rules.iter().position(|r| r.id == finding.rule.id).unwrap_or(0),
            level: model::level(finding.level),
            message: Text { text: message::text(finding, &related, &before, &outside) },
            locations: [location],
            related_locations,
            code_flows: self.code_flows(finding),
            partial_fingerprints: Fingerprints { line_hash, v2: fingerprint(&finding.identity) },
            fixes: Vec::new(),
            suppressions,
            properties: ResultProperties {
                confidence: finding.confidence.as_str(),
                restriction: finding.restriction.map_or("", |restriction| restriction.id),
                lifted: Lifted::of(finding),
                world: &finding.world,
                notes: &finding.notes,
                help: &finding.help,
                resources: &finding.resources,
                deployment: finding.deployment.to_string(),
                also: finding.also.len(),
                before,
                outside,
            },
        }
    }

    /// Whether the place at `span` is in the analyzed tree: not in another revision, and not in a file outside, such as an inventory. SARIF's
    /// locations are lines of the tree: in another revision the line may be a different one, and code hosts have no files from outside.
    fn is_of_tree(&mut self, span: Span) -> bool {
        let Some(counted) = self.places.file(span.file) else { return true };
        counted.file.revision().is_none() && !is_outside(&self.report.repository_paths.show(counted.file.path()))
    }

    fn elsewhere(&mut self, place: &'a Place) -> Option<PlaceElsewhere<'a>> {
        let region = self.places.region(place.span)?;
        Some(PlaceElsewhere {
            revision: region.file.revision().map(str::to_owned),
            uri: self.artifact(region.file.path()).uri,
            start_line: region.start.line,
            start_column: region.start.utf16,
            message: &place.message,
        })
    }

    /// A flow for each compared value: viewers show each as a path of its own.
    fn code_flows(&mut self, finding: &Finding) -> Vec<CodeFlow> {
        let mut left = limits::FLOW_STEPS;
        let mut flows = Vec::new();
        for trail in &finding.trails {
            let of_tree = trail.steps.iter().filter(|step| self.is_of_tree(step.span));
            let steps: Vec<_> = of_tree.take(left).collect();
            left -= steps.len();
            if steps.is_empty() {
                continue;
            }
            let locations = steps
                .into_iter()
                .map(|step| ThreadFlowLocation { location: self.location(step.span, &step.message, None) })
                .collect();
            flows.push(CodeFlow {
                message: Text { text: Untrusted(&trail.title).visible() },
                thread_flows: [ThreadFlow { locations }],
            });
        }
        flows
    }

    /// The fix, file by file; `None` where a place of it is none of the tree.
    fn fix(&mut self, fix: &FixOffer) -> Option<Fix> {
        let mut artifact_changes: Vec<ArtifactChange> = Vec::new();
        for (span, text) in &fix.edits {
            let location = self.location(*span, "", None).physical_location;
            let (deleted_region, uri) = (location.region?, location.artifact_location.uri);
            let replacement = Replacement { deleted_region, inserted_content: Text { text: text.clone() } };
            match artifact_changes.iter_mut().find(|change| change.artifact_location.uri == uri) {
                Some(change) => change.replacements.push(replacement),
                None => artifact_changes.push(ArtifactChange {
                    artifact_location: ArtifactLocation { uri },
                    replacements: vec![replacement],
                }),
            }
        }
        Some(Fix { description: Text { text: Untrusted(&fix.title).visible() }, artifact_changes })
    }

    fn location(&mut self, span: Span, message: &str, id: Option<usize>) -> Location {
        let physical_location = match self.places.region(span) {
            Some(region) => PhysicalLocation {
                artifact_location: self.artifact(region.file.path()),
                region: region.file.revision().is_none().then_some(Region {
                    start_line: region.start.line,
                    start_column: region.start.utf16,
                    end_line: region.end.line,
                    end_column: region.end.utf16,
                }),
                context_region: None,
            },
            None => PhysicalLocation::whole(self.artifact("unknown")),
        };
        let message = (!message.is_empty()).then(|| Text { text: Untrusted(message).visible() });
        Location { id, physical_location, logical_locations: Vec::new(), message }
    }

    /// The lines of `span`, for viewers that don't have the file.
    fn context(&mut self, span: Span) -> Option<ContextRegion> {
        let region = self.places.region(span)?;
        let counted = self.places.file(span.file)?;
        let (start_line, end_line) = (region.start.line, region.end.line.min(region.start.line + SNIPPET_LINES - 1));
        let lines = counted.line_range(start_line).start..counted.line_range(end_line).end;
        let text = counted.file.text().get(lines)?;
        if text.chars().nth(SNIPPET_CHARS).is_some() || region.file.revision().is_some() {
            return None;
        }
        Some(ContextRegion { start_line, end_line, snippet: Text { text: text.to_owned() } })
    }

    /// Relative to the repository's root and without a `uriBaseId`: code scanning reads them this way.
    fn artifact(&mut self, path: &str) -> ArtifactLocation {
        if let Some(uri) = self.uris.get(path) {
            return ArtifactLocation { uri: uri.clone() };
        }
        let uri = SharedText::from(uri::relative(&self.report.repository_paths.way(path)));
        self.uris.insert(path.to_owned(), uri.clone());
        ArtifactLocation { uri }
    }

    fn line_hash(&mut self, span: Span) -> Option<String> {
        let line = self.places.region(span)?.start.line;
        let places = &mut self.places;
        let hashes = self
            .hashes
            .entry(span.file)
            .or_insert_with(|| places.file(span.file).map(|f| Rc::new(LineHashes::new(f.file.text()))));
        hashes.as_ref()?.of(line)
    }

    fn notifications(&mut self) -> Vec<Notification<'a>> {
        let mut notifications = Vec::new();
        for diagnostic in self.report.diagnostics {
            let level = match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => continue,
            };
            let locations = match (diagnostic.span, &diagnostic.path) {
                (Some(span), _) => vec![self.location(span, "", None)],
                (None, Some(path)) => {
                    let physical_location = PhysicalLocation::whole(self.artifact(path));
                    vec![Location { id: None, physical_location, logical_locations: Vec::new(), message: None }]
                }
                (None, None) => Vec::new(),
            };
            notifications.push(Notification {
                descriptor: Descriptor { id: diagnostic.code },
                level,
                message: Text { text: message::of_diagnostic(diagnostic) },
                locations,
            });
        }
        notifications
    }
}

/// The most notifications for single things that were not analyzed; the others are counted in the summary.
const MAX_UNSEEN: usize = 100;

impl<'a> SarifWriter<'a> {
    /// What was analyzed, and what was not.
    fn unseen(&mut self) -> Vec<Notification<'a>> {
        let Some(coverage) = self.report.coverage else { return Vec::new() };
        let notification = |id, text: &str, locations| Notification {
            descriptor: Descriptor { id },
            level: "note",
            message: Text { text: Untrusted(text).visible() },
            locations,
        };
        let mut out = vec![notification("coverage", &coverage.sentence(), Vec::new())];
        for unseen in coverage.unseen.iter().take(MAX_UNSEEN) {
            let locations = match (unseen.span, &unseen.path) {
                (Some(span), _) => vec![self.location(span, "", None)],
                (None, Some(path)) => {
                    let physical_location = PhysicalLocation::whole(self.artifact(path));
                    vec![Location { id: None, physical_location, logical_locations: Vec::new(), message: None }]
                }
                (None, None) => Vec::new(),
            };
            let mut text = format!("{} {} is not looked into: {}", unseen.kind.as_str(), unseen.name, unseen.why);
            if !unseen.how.is_empty() {
                text.push_str(&format!(". {}", unseen.how));
            }
            out.push(notification("not-looked-into", &text, locations));
        }
        out
    }
}

fn suppression(suppressed: &Suppressed<'_>) -> Suppression {
    let kind = match suppressed.kind {
        SuppressionKind::InSource => "inSource",
        SuppressionKind::External => "external",
    };
    Suppression { kind, justification: suppressed.justification.clone() }
}

/// Whether a path relative to the repository's root leads out of it.
fn is_outside(shown: &str) -> bool {
    shown.starts_with("../") || shown.starts_with("~/") || std::path::Path::new(shown).is_absolute()
}
