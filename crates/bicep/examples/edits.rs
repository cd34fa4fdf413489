//! What an edit costs: `cargo run --release -p cmklint-bicep --example edits -- FILE…`. Types a letter into names all over each
//! file and takes it away again, and prints the median and the longest time, beside that of reading the whole text again.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // a program of its own

use std::time::{Duration, Instant};

use cmklint_bicep::syntax::{Document, parse};

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn main() {
    println!("{:>9} {:>10} {:>10} {:>10} {:>10}  file", "bytes", "edit", "longest", "whole", "typed");
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut document = Document::new(text.as_str());
        let mut edits = Vec::new();
        for part in 0..200 {
            let from = text.len() * part / 200;
            let Some(at) = text.get(from..).and_then(|rest| rest.find(|c: char| c.is_ascii_lowercase())) else {
                continue;
            };
            for (range, new) in [(from + at..from + at, "x"), (from + at..from + at + 1, "")] {
                let start = Instant::now();
                document.edit(range, new).unwrap();
                edits.push(start.elapsed());
            }
        }
        assert_eq!(document.text(), text);
        let mut whole: Vec<Duration> = (0..9)
            .map(|_| {
                let start = Instant::now();
                let read = Document::new(text.as_str());
                let took = start.elapsed();
                drop(read);
                took
            })
            .collect();
        let mut typed: Vec<Duration> = (0..9)
            .map(|_| {
                let start = Instant::now();
                let read = parse(&text);
                let took = start.elapsed();
                drop(read);
                took
            })
            .collect();
        let edit = median(&mut edits);
        let longest = edits.last().copied().unwrap_or_default();
        println!(
            "{:9} {edit:10.1?} {longest:10.1?} {:10.1?} {:10.1?}  {path}",
            text.len(),
            median(&mut whole),
            median(&mut typed)
        );
    }
}
