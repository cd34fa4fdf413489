//! Starts the evaluating process, and stops it where it takes too long.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use crate::protocol::{Event, Job, RuleFailure};
use crate::worker::{ARGUMENT, MAX_MEMORY};

/// The time that a rule may take. The evaluator's own bound counts steps; this one stops a single step that takes too long.
const MAX_TIME: Duration = Duration::from_secs(60);
/// The output of all rules of a process together, in bytes. A single rule has a bound of its own, in the process.
const MAX_OUTPUT: u64 = 64 << 20;
/// After this many rules that ended the process the others are not evaluated.
const MAX_STOPPED: usize = 3;

/// Evaluates the rules of `job` over `input` in processes of `program`, and passes what they return to `sink`. A rule that is stopped is reported as a fault,
/// and the rules after it are still evaluated.
pub(crate) fn run(program: &Path, job: &Job, input: &str, sink: &mut dyn FnMut(Event)) {
    let mut first = 0;
    for _ in 0..MAX_STOPPED {
        let rest = Job { libraries: job.libraries.clone(), rules: job.rules.get(first..).unwrap_or_default().to_vec() };
        let mut at = None;
        let ended = once(program, &rest, input, &mut |event| match event {
            Event::Begin(number) => {
                at = Some(number);
                sink(Event::Begin(first + number));
            }
            Event::End => {}
            other => sink(other),
        });
        match (ended, at) {
            (Ok(()), _) => return sink(Event::End),
            (Err(fault), Some(number)) => {
                sink(Event::Fault(fault));
                first += number + 1;
            }
            (Err(fault), None) => {
                sink(Event::Begin(first));
                sink(Event::Fault(fault));
                first += 1;
            }
        }
        if first >= job.rules.len() {
            return sink(Event::End);
        }
    }
    for number in first..job.rules.len() {
        sink(Event::Begin(number));
        sink(Event::Fault(RuleFailure::new(format!(
            "not evaluated, since {MAX_STOPPED} rules before it were stopped"
        ))));
    }
    sink(Event::End);
}

/// Evaluates in one process. It is an error where the process does not evaluate all of them.
fn once(program: &Path, job: &Job, input: &str, sink: &mut dyn FnMut(Event)) -> Result<(), RuleFailure> {
    let cannot = |error: std::io::Error| RuleFailure::new(format!("the evaluator can't be started: {error}"));
    let mut child = Command::new(program)
        .arg(ARGUMENT)
        // mimalloc, where the program has it, would reserve at once as much address space as the process may have.
        .env("MIMALLOC_ARENA_RESERVE", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(cannot)?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let header = serde_json::to_string(job).map_err(|error| RuleFailure::new(error.to_string()))?;
    let (say, heard) = channel();
    let (ended, words) = std::thread::scope(|scope| {
        scope.spawn(move || {
            // A process that has ended reads no more: its output says why.
            let _ = stdin.map(|mut to| {
                to.write_all(header.as_bytes())?;
                to.write_all(b"\n")?;
                to.write_all(input.as_bytes())
            });
        });
        scope.spawn(move || {
            let Some(stdout) = stdout else { return };
            let mut from = BufReader::new(stdout.take(MAX_OUTPUT));
            let mut line = String::new();
            while from.read_line(&mut line).is_ok_and(|read| read > 0) {
                let heard = match serde_json::from_str(&line) {
                    Ok(event) => Heard::Event(event),
                    Err(_) if from.get_ref().limit() == 0 => Heard::TooMuch,
                    Err(_) => Heard::Noise,
                };
                if say.send(heard).is_err() {
                    return;
                }
                line.clear();
            }
        });
        let words = scope.spawn(move || {
            let mut words = String::new();
            let mut all = stderr.into_iter().flat_map(|from| BufReader::new(from).lines().map_while(Result::ok));
            // All of it is read, so that the process never waits for us; the first lines say why it ended.
            for line in all.by_ref().take(20) {
                words.push_str(&line);
            }
            all.for_each(drop);
            words
        });
        let ended = listen(&mut child, &heard, sink);
        drop(heard);
        (ended, words.join().unwrap_or_default())
    });
    let status = child.wait().map_err(cannot)?;
    match ended {
        Ended::Whole => Ok(()),
        Ended::TooLate => Err(RuleFailure::new(format!("stopped: it takes more than {} seconds", MAX_TIME.as_secs()))),
        Ended::TooMuch => {
            Err(RuleFailure::new(format!("stopped: the rules hand back more than {} MiB together", MAX_OUTPUT >> 20)))
        }
        Ended::Early if words.contains("memory allocation") || words.contains("capacity overflow") => {
            Err(RuleFailure::new(format!("stopped: it takes more than {} MiB of memory", MAX_MEMORY >> 20)))
        }
        Ended::Early if words.contains("overflowed its stack") => {
            Err(RuleFailure::new("stopped: what it makes is nested too deeply"))
        }
        Ended::Early => Err(RuleFailure::new(format!("the evaluator ended early ({status})"))),
    }
}

/// What was read from an evaluating process.
enum Heard {
    /// A line of the protocol.
    Event(Event),
    /// More than it may.
    TooMuch,
    /// Something else.
    Noise,
}

/// How an evaluating process ended.
enum Ended {
    /// It evaluated all rules.
    Whole,
    /// It was stopped because it took too long.
    TooLate,
    /// It was stopped for the size of its output.
    TooMuch,
    /// It ended before the last rule.
    Early,
}

/// Passes the output of the process to `sink`, and ends the process where no more comes in time.
fn listen(child: &mut Child, heard: &Receiver<Heard>, sink: &mut dyn FnMut(Event)) -> Ended {
    let mut deadline = Instant::now() + MAX_TIME;
    let ended = loop {
        match heard.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(Heard::Event(Event::End)) => return Ended::Whole,
            Ok(Heard::Event(event)) => {
                if matches!(event, Event::Begin(_)) {
                    deadline = Instant::now() + MAX_TIME;
                }
                sink(event);
            }
            Ok(Heard::TooMuch) => break Ended::TooMuch,
            Ok(Heard::Noise) | Err(RecvTimeoutError::Disconnected) => break Ended::Early,
            Err(RecvTimeoutError::Timeout) => break Ended::TooLate,
        }
    };
    // It fails only where the process has ended already.
    let _ = child.kill();
    ended
}
