//! Draws estates, writes, analyzes and compares them: `cmklint-generator --count 1000000 --seed 1`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use clap::Parser;
use cmklint_generator::check::check;
use cmklint_generator::draw::draw;
use cmklint_generator::oracle::{Edition, faults};
use cmklint_generator::render::write;
use cmklint_generator::shrink::shrink;
use cmklint_generator::style::{Language, Style};
use rayon::prelude::*;

/// Random estates compared with the oracle.
#[derive(Debug, Parser)]
struct Args {
    /// How many estates.
    #[arg(long, default_value_t = 1000)]
    count: u64,
    /// The seed of the first.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The edition, as cmklint's flag.
    #[arg(long, default_value = "2020-08")]
    edition: String,
    /// Threads.
    #[arg(long, default_value_t = 1)]
    jobs: usize,
    /// How many disagreements are made small and shown.
    #[arg(long, default_value_t = 5)]
    show: usize,
    /// Only shows the files of the first estate.
    #[arg(long)]
    print: bool,
}

fn main() -> anyhow::Result<ExitCode> {
    let args = Args::parse();
    let edition = Edition(Box::leak(args.edition.clone().into_boxed_str()));
    let mut out = std::io::stdout();
    if args.print {
        for (path, text) in &write(&draw(args.seed), &style_of(args.seed)).files {
            writeln!(out, "== {path}\n{text}")?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let start = Instant::now();
    let shown = AtomicU64::new(0);
    let wrong = AtomicU64::new(0);
    let planted: Mutex<BTreeMap<&str, u64>> = Mutex::default();
    let kinds: Mutex<BTreeMap<String, u64>> = Mutex::default();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.jobs).stack_size(64 << 20).build()?;
    pool.install(|| {
        (args.seed..args.seed + args.count).into_par_iter().for_each(|seed| {
            let (estate, style) = (draw(seed), style_of(seed));
            for (rule, _) in faults(&estate, edition) {
                *planted.lock().unwrap_or_else(PoisonError::into_inner).entry(rule).or_default() += 1;
            }
            let disagreement = check(&estate, &style, edition);
            if disagreement.is_none() {
                return;
            }
            wrong.fetch_add(1, Ordering::Relaxed);
            let language = style.language.map_or_else(|| "mixed".to_owned(), |l| format!("{l:?}"));
            let mut kinds = kinds.lock().unwrap_or_else(PoisonError::into_inner);
            let missed = disagreement.missed.iter().map(|f| format!("missed {} in {language}", f.0));
            let alarms = disagreement.false_alarms.iter().map(|f| format!("false {} in {language}", f.0));
            let errors = disagreement.errors.iter().map(|e| format!("error in {language}: {e}"));
            let mut fresh = false;
            for kind in missed.chain(alarms).chain(errors.take(1)) {
                let count = kinds.entry(kind).or_insert(0);
                fresh |= *count == 0;
                *count += 1;
            }
            // One of each kind.
            if fresh && shown.fetch_add(1, Ordering::Relaxed) < args.show as u64 {
                let (estate, style) = shrink(&estate, &style, edition, &disagreement);
                let again = check(&estate, &style, edition);
                let mut text = format!("---- seed {seed}: {again:?}\n{style:?}\n{estate:?}\n");
                for (path, file) in &write(&estate, &style).files {
                    text.push_str(&format!("== {path}\n{file}\n"));
                }
                // What can't be written is shown by the counts.
                let _ = std::io::stdout().write_all(text.as_bytes());
            }
        });
    });
    let planted = planted.into_inner().unwrap_or_else(PoisonError::into_inner);
    let wrong = wrong.into_inner();
    for (rule, count) in &planted {
        writeln!(out, "{count:>8} planted {rule}")?;
    }
    let planted: u64 = planted.values().sum();
    for (kind, count) in kinds.into_inner().unwrap_or_else(PoisonError::into_inner) {
        writeln!(out, "{count:>8} {kind}")?;
    }
    let seconds = start.elapsed().as_secs_f64();
    writeln!(out, "{} estates, {planted} faults planted, {wrong} estates disagree, {seconds:.0} s", args.count)?;
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The style of an estate's seed: the languages take turns.
fn style_of(seed: u64) -> Style {
    let languages =
        [Some(Language::Terraform), Some(Language::Bicep), Some(Language::Arm), Some(Language::Symbolic), None];
    let language = usize::try_from(seed % 5).ok().and_then(|i| languages.get(i).copied()).flatten();
    Style::draw(seed.wrapping_mul(31), language)
}
