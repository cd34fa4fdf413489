//! Runs the fuzz targets: `cmklint-fuzz --minutes 5` all of them, one after another. An input at which a worker dies is kept in a folder, and another
//! worker continues after it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Parser;
use cmklint_fuzz::corpus::seeds;
use cmklint_fuzz::target::{ALL, Target, named};
use cmklint_fuzz::watch::Bounds;
use cmklint_fuzz::work::{Stretch, input, once, work};

/// The most failures of one target that are kept.
const MOST_FAILURES: usize = 50;

/// Fuzzes what cmklint reads.
#[derive(Debug, Parser)]
struct Args {
    /// Targets, by name; all where none is named.
    targets: Vec<String>,
    /// For how many minutes each target runs.
    #[arg(long, default_value_t = 1.0)]
    minutes: f64,
    /// How many inputs of each target, at most.
    #[arg(long, default_value_t = u64::MAX)]
    count: u64,
    /// The seed of the mutants: the same seed makes the same mutants.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where failing inputs are kept.
    #[arg(long, default_value = "target/fuzz")]
    out: PathBuf,
    /// A folder of further seeds.
    #[arg(long)]
    more: Option<PathBuf>,
    /// Processor time that one input may take, in seconds.
    #[arg(long, default_value_t = 5.0)]
    input_seconds: f64,
    /// Memory that one input may add, in megabytes.
    #[arg(long, default_value_t = 500.0)]
    input_megabytes: f64,
    /// Does not limit the address space of workers: sanitizers reserve very much of it.
    #[arg(long)]
    unbounded: bool,
    /// Runs these files with the one target that is named, and nothing else.
    #[arg(long, num_args = 1..)]
    replay: Vec<PathBuf>,
    /// Runs inputs in this process, from this one on, and keeps the number of the current one in the file `--progress`.
    #[arg(long, hide = true, requires = "progress")]
    worker: Option<u64>,
    #[arg(long, hide = true)]
    progress: Option<PathBuf>,
}

impl Args {
    fn bounds(&self) -> Bounds {
        Bounds { seconds: self.input_seconds, megabytes: self.input_megabytes }
    }
}

fn main() -> anyhow::Result<ExitCode> {
    let args = Args::parse();
    let targets: Vec<&Target> = match &args.targets[..] {
        [] => ALL.iter().collect(),
        names => names
            .iter()
            .map(|name| named(name).with_context(|| format!("no such target: {name}")))
            .collect::<anyhow::Result<_>>()?,
    };
    if let (Some(from), Some(progress), [target]) = (args.worker, &args.progress, &targets[..]) {
        let seeds = seeds(target, args.more.as_deref())?;
        let time = Duration::from_secs_f64(args.minutes * 60.0);
        let stretch = Stretch { seed: args.seed, from, to: args.count, time };
        work(target, &seeds, stretch, args.bounds(), progress)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let (false, [target]) = (args.replay.is_empty(), &targets[..]) {
        for path in &args.replay {
            let data = fs::read(path).with_context(|| format!("{}: cannot be read", path.display()))?;
            once(target, &data, args.bounds())?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    fs::create_dir_all(&args.out)?;
    let mut out = std::io::stdout();
    let mut failures = 0;
    writeln!(out, "{:<14} {:>10} {:>8} {:>8}", "target", "inputs", "seconds", "failures")?;
    for target in targets {
        let start = Instant::now();
        let ran = supervise(&args, target)?;
        failures += ran.failures;
        let seconds = start.elapsed().as_secs_f64();
        writeln!(out, "{:<14} {:>10} {seconds:>8.0} {:>8}", target.name, ran.inputs, ran.failures)?;
    }
    Ok(if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The result of one target.
struct Ran {
    inputs: u64,
    failures: usize,
}

/// Starts workers for `target` until its time has passed, and keeps the inputs at which they die.
fn supervise(args: &Args, target: &Target) -> anyhow::Result<Ran> {
    let deadline = Instant::now() + Duration::from_secs_f64(args.minutes * 60.0);
    let seeds = seeds(target, args.more.as_deref())?;
    let progress = args.out.join(format!("{}.{}.progress", target.name, std::process::id()));
    let mut ran = Ran { inputs: 0, failures: 0 };
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() || ran.inputs >= args.count || ran.failures >= MOST_FAILURES {
            break;
        }
        fs::write(&progress, ran.inputs.to_le_bytes())?;
        let output = worker(args, target, ran.inputs, left, &progress)?.output()?;
        let bytes = fs::read(&progress)?;
        let number = bytes.try_into().map(u64::from_le_bytes).unwrap_or(ran.inputs);
        if output.status.success() {
            ran.inputs = number;
            break;
        }
        let text = String::from_utf8_lossy(&output.stderr);
        keep(args, target, number, &input(&seeds, args.seed, number), &text)?;
        ran.failures += 1;
        ran.inputs = number + 1;
    }
    // Its content is not used any more.
    let _ = fs::remove_file(&progress);
    Ok(ran)
}

/// A process that runs the inputs from number `from` on. Its address space is limited, so that one that asks for very much dies before the machine suffers.
fn worker(args: &Args, target: &Target, from: u64, left: Duration, progress: &Path) -> anyhow::Result<Command> {
    let kilobytes = (args.input_megabytes * 1024.0 * 4.0) as u64 + 1024 * 1024;
    let bound = if args.unbounded { "unlimited".to_owned() } else { kilobytes.to_string() };
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("ulimit -v {bound}; ulimit -c 0; exec \"$0\" \"$@\""));
    command.arg(std::env::current_exe()?).arg(target.name).arg("--progress").arg(progress);
    for (flag, value) in [("--worker", from), ("--count", args.count), ("--seed", args.seed)] {
        command.arg(flag).arg(value.to_string());
    }
    let minutes = left.as_secs_f64() / 60.0;
    let numbers =
        [("--minutes", minutes), ("--input-seconds", args.input_seconds), ("--input-megabytes", args.input_megabytes)];
    for (flag, value) in numbers {
        command.arg(flag).arg(value.to_string());
    }
    if let Some(more) = &args.more {
        command.arg("--more").arg(more);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null());
    Ok(command)
}

/// Keeps a failing input and the worker's output.
fn keep(args: &Args, target: &Target, number: u64, data: &[u8], said: &str) -> anyhow::Result<()> {
    let name = format!("{}-{}-{number}", target.name, args.seed);
    fs::write(args.out.join(&name), data)?;
    fs::write(args.out.join(format!("{name}.txt")), said)?;
    let last: Vec<&str> = said.lines().filter(|l| !l.trim().is_empty()).take(2).collect();
    writeln!(std::io::stdout(), "{name}: {}", last.join(" / "))?;
    Ok(())
}
