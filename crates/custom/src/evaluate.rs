//! Evaluates rules by regorus, within bounds that are the same on every machine: steps, and the size of the results.

use core::time::Duration;
use std::cell::Cell;
use std::num::NonZeroU32;
use std::sync::Once;

use regorus::utils::limits::{ExecutionTimerConfig, TimeSource, set_time_source};
use regorus::{Engine, Value};

use crate::heads::Mended;
use crate::protocol::{Event, FileText, Job, RuleFailure};

/// The helpers that rules import.
pub(crate) const LIBRARY: &str = include_str!("library.rego");
/// What messages call the file of the helpers.
pub(crate) const LIBRARY_PATH: &str = "cmklint.rego";
/// How often a rule may ask for the time before it is stopped.
const MAX_LOOKS: u64 = 10_000;
/// How many steps the evaluator takes before it asks for the time again.
const STEPS_OF_A_LOOK: NonZeroU32 = match NonZeroU32::new(1_000) {
    Some(steps) => steps,
    None => NonZeroU32::MIN,
};
/// The number of findings that a rule may return.
pub(crate) const MAX_FINDINGS: usize = 10_000;
/// The bytes of JSON that a finding may have.
const MAX_FINDING: usize = 256 * 1024;
/// All findings of a rule may have so many bytes of JSON.
const MAX_OUTPUT: usize = 32 << 20;

thread_local! {
    /// How often the evaluator asked for the time on this thread.
    static LOOKS: Cell<u64> = const { Cell::new(0) };
}

/// A clock that counts steps instead of time: the same rules over the same input are stopped at the same point on any machine.
struct StepClock;

impl TimeSource for StepClock {
    fn now(&self) -> Option<Duration> {
        LOOKS.with(|looks| {
            looks.set(looks.get() + 1);
            Some(Duration::from_nanos(looks.get()))
        })
    }
}

/// Evaluates the rules of `job` over `input`, which is JSON, and passes what they return to `sink`.
pub(crate) fn run(job: &Job, input: &str, sink: &mut dyn FnMut(Event)) {
    static CLOCK: Once = Once::new();
    CLOCK.call_once(|| {
        // It fails only where a clock is set already, which nothing else in this program does.
        let _ = set_time_source(&StepClock);
    });
    let input = Value::from_json_str(input);
    for (number, rule) in job.rules.iter().enumerate() {
        sink(Event::Begin(number));
        let done = match &input {
            Ok(input) => one(&job.libraries, rule, input.clone(), sink),
            Err(error) => Err(RuleFailure::new(format!("the input can't be read: {error}"))),
        };
        if let Err(fault) = done {
            sink(Event::Fault(fault));
        }
    }
    sink(Event::End);
}

fn one(libraries: &[FileText], rule: &FileText, input: Value, sink: &mut dyn FnMut(Event)) -> Result<(), RuleFailure> {
    let mut engine = Engine::new();
    engine.set_execution_timer_config(ExecutionTimerConfig {
        limit: Duration::from_nanos(MAX_LOOKS),
        check_interval: STEPS_OF_A_LOOK,
    });
    let files: Vec<(&str, Mended)> =
        libraries.iter().chain([rule]).map(|file| (file.path.as_str(), Mended::new(&file.path, &file.text))).collect();
    let fault = |error: &anyhow::Error| fault(error).with_line(&files);
    engine.add_policy(LIBRARY_PATH.to_owned(), LIBRARY.to_owned()).map_err(|error| fault(&error))?;
    let mut package = String::new();
    for (path, mended) in &files {
        // The last is the rule.
        package = engine.add_policy((*path).to_owned(), mended.text.clone()).map_err(|error| fault(&error))?;
    }
    if package == "data.cmklint" {
        return Err(RuleFailure::new("the package `cmklint` is that of the helpers: the rule needs one of its own"));
    }
    engine.set_input(input);
    let found = engine.eval_rule(format!("{package}.deny")).map_err(|error| fault(&error))?;
    let found = match &found {
        Value::Set(found) => found,
        Value::Undefined => return Ok(()),
        _ => {
            return Err(RuleFailure::new(
                "`deny` is no set: `deny contains {\"at\": …, \"message\": …} if { … }` makes one",
            ));
        }
    };
    let mut bytes = 0;
    for (number, finding) in found.iter().enumerate() {
        if number >= MAX_FINDINGS {
            return Err(RuleFailure::new(format!(
                "it hands back more than {MAX_FINDINGS} findings; the others are left out"
            )));
        }
        let json = finding.to_json_str().map_err(|error| fault(&error))?;
        if json.len() > MAX_FINDING {
            let message = format!("it hands back a finding of {} bytes; {MAX_FINDING} are the limit", json.len());
            return Err(RuleFailure::new(message));
        }
        bytes += json.len();
        if bytes > MAX_OUTPUT {
            let most = MAX_OUTPUT >> 20;
            return Err(RuleFailure::new(format!(
                "it hands back more than {most} MiB of findings; the others are left out"
            )));
        }
        let json = serde_json::from_str(&json).map_err(|error| RuleFailure::new(error.to_string()))?;
        sink(Event::Found(json));
    }
    Ok(())
}

impl RuleFailure {
    /// The fault at the line of the file itself.
    fn with_line(mut self, files: &[(&str, Mended)]) -> Self {
        if let Some((path, line, _)) = &mut self.place
            && let Some((_, mended)) = files.iter().find(|(known, _)| known == path)
        {
            *line = mended.line(*line);
        }
        self
    }
}

/// The message of regorus without its picture of the code: `--> FILE:LINE:COLUMN`, the line, and `error: WORDS` at the end.
fn fault(error: &anyhow::Error) -> RuleFailure {
    let text = format!("{error:#}");
    if text.contains("execution exceeded time limit") {
        let steps = MAX_LOOKS * u64::from(STEPS_OF_A_LOOK.get());
        return RuleFailure::new(format!("stopped: it takes more than {steps} steps"));
    }
    let place = text.lines().find_map(|line| {
        let mut parts = line.trim().strip_prefix("--> ")?.rsplitn(3, ':');
        let (column, line) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some((parts.next()?.to_owned(), line, column))
    });
    let words = text.lines().find_map(|line| line.trim().strip_prefix("error: "));
    let message = words.map_or_else(|| text.trim().replace('\n', " "), str::to_owned);
    RuleFailure { message: message.chars().take(500).collect(), place }
}
