//! The evaluating process: this program, started with [`ARGUMENT`]. A rule that exhausts memory or the stack ends this process only.

use std::io::{BufRead as _, Read as _, Write as _};
use std::process::ExitCode;

use crate::evaluate;
use crate::protocol::{Event, Job, RuleFailure};

/// The argument with which the program evaluates the rules that it reads from standard input.
pub const ARGUMENT: &str = "__evaluate-custom-rules";
/// The memory that evaluation may use, in bytes. Linux enforces it; other systems have no such bound.
pub(crate) const MAX_MEMORY: u64 = 1 << 30;
/// The stack size of the evaluating thread, in bytes. It is a part of that memory.
const STACK: usize = 256 << 20;

/// Evaluates the rules on standard input and writes what they return to standard output.
#[must_use]
pub fn serve() -> ExitCode {
    bound_memory();
    let work = || -> std::io::Result<()> {
        let mut input = std::io::stdin().lock();
        let mut job = String::new();
        input.read_line(&mut job)?;
        let job: Job = serde_json::from_str(&job)?;
        let mut estate = String::new();
        input.read_to_string(&mut estate)?;
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        let mut written = Ok(());
        evaluate::run(&job, &estate, &mut |event| {
            let line = serde_json::to_string(&event).unwrap_or_default();
            // Earlier output must be written before a rule can end the process.
            let is_first = matches!(event, Event::Begin(_));
            if written.is_ok() {
                written = writeln!(out, "{line}").and_then(|()| if is_first { out.flush() } else { Ok(()) });
            }
        });
        written?;
        out.flush()
    };
    let done = std::thread::Builder::new().stack_size(STACK).spawn(work).map(std::thread::JoinHandle::join);
    match done {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        _ => {
            let event = Event::Fault(RuleFailure::new("the evaluator failed"));
            let _ = writeln!(std::io::stdout(), "{}", serde_json::to_string(&event).unwrap_or_default());
            ExitCode::FAILURE
        }
    }
}

#[cfg(target_os = "linux")]
fn bound_memory() {
    // Where the system does not allow this, memory has no bound; the time still has.
    let _ = rlimit::setrlimit(rlimit::Resource::AS, MAX_MEMORY, MAX_MEMORY);
    let _ = rlimit::setrlimit(rlimit::Resource::CORE, 0, 0);
}

#[cfg(not(target_os = "linux"))]
fn bound_memory() {}
