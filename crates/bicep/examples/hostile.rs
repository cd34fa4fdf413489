//! How long a megabyte of anything takes: `cargo run --release -p cmklint-bicep --example hostile [FILE…]`. Prints the processor time to read
//! each of the texts below, and each of the files repeated up to a megabyte, as its typed tree; fails where one takes longer than a second.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // a program of its own

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cmklint_bicep::syntax::parse;

const SIZE: usize = 1 << 20;

/// Texts that are made of one piece again and again, after a beginning.
const REPEATED: [(&str, &str); 44] = [
    ("var x = ", "("),
    ("var x = ", "["),
    ("var x = [", "\n"),
    ("var x = ", "{a:"),
    ("var x = ", "{\n"),
    ("var x = ", "'${"),
    ("var x = ", "$'''${"),
    ("var x = ", "!"),
    ("var x = ", "a ? "),
    ("var x = ", "a ? b : "),
    ("var x = ", "f("),
    ("var x = ", "f(a, "),
    ("var x = ", "(a, b"),
    ("var x = ", "(/* */"),
    ("var x = ", "a => "),
    ("var x = ", "(a) => "),
    ("var x = ", "[for a in b: "),
    ("var x = a", " + a"),
    ("var x = a", ".b"),
    ("var x = a", "[0]"),
    ("var x = a", "!"),
    ("type x = ", "{ a: "),
    ("type x = ", "("),
    ("type x = a", " | a"),
    ("type x = a", "[]?"),
    ("type x = ", "a<"),
    ("", "'"),
    ("", "'''"),
    ("", "'a\n"),
    ("", "/*"),
    ("", "//\n"),
    ("", "\n\r"),
    ("", "\r\n\t // x\r"),
    ("", "\0"),
    ("", "#disable-next-line a\n"),
    ("", "#"),
    ("", "@a()\n"),
    ("", "@"),
    ("", "param a\n"),
    ("", "resource a 'b' = {\n"),
    ("", "}\n"),
    ("", "var = "),
    ("", "ü"),
    ("", "a b 1 ' ( } ] ? : => , | \n"),
];

/// What this thread has used of the processor; where the system does not tell, the time of day.
fn processor_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let used = text.and_then(|text| text.split(' ').next()?.parse().ok()).map(Duration::from_nanos);
    used.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap())
}

fn main() {
    let mut texts: Vec<(String, String)> = REPEATED
        .iter()
        .map(|(head, piece)| (format!("{head:?} {piece:?}"), format!("{head}{}", piece.repeat(SIZE / piece.len()))))
        .collect();
    for path in std::env::args().skip(1) {
        let text = format!("{}\n", std::fs::read_to_string(&path).unwrap());
        texts.push((path, text.repeat(SIZE / text.len() + 1)));
    }
    let mut slow = 0;
    for (name, text) in texts {
        let start = processor_time();
        let (file, errors) = parse(&text);
        let took = processor_time().saturating_sub(start);
        slow += usize::from(took > Duration::from_secs(1));
        println!(
            "{:6} ms  {:6} declarations, {:3} errors  {name}",
            took.as_millis(),
            file.declarations.len(),
            errors.len()
        );
    }
    assert_eq!(slow, 0, "texts that take longer than a second");
}
