//! Commands of code actions that show something: a rule's page, the other side of a finding.

use std::str::FromStr as _;

use cmklint_rules::Finding;
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, Command, Diagnostic, ExecuteCommandParams, Location,
    ShowDocumentParams, Uri,
};
use serde_json::Value;

use crate::paths::uri_of;
use crate::positions::Encoding;
use crate::snapshot::Folder;

/// Shows the page of the rule whose id is the argument.
const EXPLAIN: &str = "cmklint.explain";
/// Shows the place that is the argument.
const OPEN: &str = "cmklint.open";

/// The commands that the client can have executed.
pub(crate) const ALL: [&str; 2] = [EXPLAIN, OPEN];

/// Shows the page of the rule `id`.
fn explain(id: &str, title: String) -> Command {
    Command { title, command: EXPLAIN.to_owned(), arguments: Some(vec![Value::from(id)]) }
}

/// Shows `location`. `None` where it can't be written as JSON, which doesn't happen.
fn open(location: &Location, title: String) -> Option<Command> {
    let argument = serde_json::to_value(location).ok()?;
    Some(Command { title, command: OPEN.to_owned(), arguments: Some(vec![argument]) })
}

/// What the client is to show for a command.
///
/// # Errors
/// Where there is no such command, rule or place.
pub(crate) fn document(params: &ExecuteCommandParams) -> Result<ShowDocumentParams, String> {
    let argument = params.arguments.first().ok_or("the command has no argument")?;
    match params.command.as_str() {
        EXPLAIN => {
            let rule = argument.as_str().and_then(cmklint_rules::by_id_or_name).ok_or("no such rule")?;
            let page = cmklint_report::rule_page(rule).and_then(|page| Uri::from_str(&page).ok());
            let uri = page.ok_or("the rule has no page")?;
            Ok(ShowDocumentParams { uri, external: Some(true), take_focus: Some(true), selection: None })
        }
        OPEN => {
            let place = serde_json::from_value::<Location>(argument.clone()).map_err(|error| error.to_string())?;
            // Only files: the client must not be sent elsewhere by what stands in a request.
            if !place.uri.as_str().starts_with("file:") {
                return Err("no file".to_owned());
            }
            let (uri, selection) = (place.uri, Some(place.range));
            Ok(ShowDocumentParams { uri, external: Some(false), take_focus: Some(true), selection })
        }
        other => Err(format!("no such command: {other}")),
    }
}

/// So many places of a finding are offered, at most.
const SIDES: usize = 4;

/// The other places that take part in `finding`, to be opened.
pub(crate) fn other_sides(
    finding: &Finding,
    diagnostic: &Diagnostic,
    folder: &Folder,
    encoding: Encoding,
) -> Vec<CodeActionOrCommand> {
    let mut sides: Vec<(Location, CodeActionOrCommand)> = Vec::new();
    for place in finding.related.iter().filter(|place| place.span != finding.primary.span) {
        let Some((file, path)) = folder.file(place.span) else { continue };
        let Some(uri) = uri_of(&path) else { continue };
        let location = Location { uri, range: encoding.range(&file, place.span) };
        let line = location.range.start.line + 1;
        let title = format!("Open {}:{line}: {}", file.path(), place.message);
        let title = cmklint_report::log_line(&title);
        if sides.len() < SIDES && !sides.iter().any(|(known, _)| *known == location) {
            let shown = open(&location, title.clone()).map(|command| shown(title, command, diagnostic));
            sides.extend(shown.map(|action| (location, action)));
        }
    }
    sides.into_iter().map(|(_, action)| action).collect()
}

/// The page of the rule of `finding`; none for a team's own rule.
pub(crate) fn explanation(finding: &Finding, diagnostic: &Diagnostic) -> Option<CodeActionOrCommand> {
    let id = finding.rule.id;
    let is_ours = cmklint_rules::by_id_or_name(id).is_some() && cmklint_report::rule_page(finding.rule).is_some();
    let title = format!("Explain {id}");
    is_ours.then(|| shown(title.clone(), explain(id, title), diagnostic))
}

/// An action that shows something and changes nothing.
fn shown(title: String, command: Command, diagnostic: &Diagnostic) -> CodeActionOrCommand {
    CodeActionOrCommand::CodeAction(CodeAction {
        title,
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostic.clone()]),
        command: Some(command),
        ..CodeAction::default()
    })
}
