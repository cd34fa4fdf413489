//! `structure`: how long files and functions are, and which files of a crate import each other in a circle.

mod circles;
mod functions;
mod modules;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::repository::{entries, repository};
use functions::Function;
use modules::Module;

/// The most lines of a function, from its `fn` to its closing brace.
const MAX_FUNCTION_LINES: usize = 80;

/// The largest circle that is still allowed among a crate's files, where one is.
#[cfg(test)]
const CIRCLES: [(&str, usize); 4] = [("bicep", 3), ("lsp", 3), ("template", 8), ("terraform", 11)];

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The repository to measure, where it is not this one
    #[arg(long, value_name = "FOLDER")]
    root: Option<PathBuf>,
    /// Also list this many of the longest functions
    #[arg(long, value_name = "N", default_value_t = 0)]
    longest: usize,
}

/// The measures of a crate's sources, without tests.
struct Measured {
    name: String,
    /// Lines of each file.
    files: Vec<usize>,
    functions: Vec<Function>,
    /// The groups of files that import each other, directly or over others; the largest first.
    circles: Vec<Vec<String>>,
}

/// Prints a row for each crate. Exits with 1 where a function is too long or files import each other in a circle.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let root = match &args.root {
        Some(folder) => folder,
        None => repository()?,
    };
    let all = measure(root)?;
    println!(
        "| crate | files | median, p90, max lines | functions | median, p90, max lines | above {MAX_FUNCTION_LINES} | files in circles |"
    );
    println!("|---|---|---|---|---|---|---|");
    for one in &all {
        println!(
            "{}",
            row(&one.name, one.files.clone(), one.functions.iter().map(|f| f.lines).collect(), &one.circles)
        );
    }
    let files = all.iter().flat_map(|one| one.files.clone()).collect();
    let mut functions: Vec<&Function> = all.iter().flat_map(|one| &one.functions).collect();
    let circles: Vec<Vec<String>> = all.iter().flat_map(|one| one.circles.clone()).collect();
    println!("{}", row("all", files, functions.iter().map(|f| f.lines).collect(), &circles));
    for one in &all {
        for circle in &one.circles {
            println!("circle in {}: {}", one.name, circle.join(", "));
        }
    }
    functions.sort_by_key(|f| std::cmp::Reverse(f.lines));
    let too_long = functions.iter().filter(|f| f.lines > MAX_FUNCTION_LINES).count();
    for function in functions.iter().take(args.longest.max(too_long)) {
        println!("{} lines: {}:{} {}", function.lines, function.file.display(), function.line, function.name);
    }
    Ok(if too_long == 0 && circles.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Every crate of the repository, this one too.
fn measure(root: &Path) -> Result<Vec<Measured>> {
    let mut packages = entries(&root.join("crates"))?;
    packages.extend([root.join("crates/bicep/grammar"), root.join("xtask")]);
    let mut all = Vec::new();
    for package in packages {
        let Some(top) = ["src/lib.rs", "src/main.rs"].iter().map(|file| package.join(file)).find(|f| f.is_file())
        else {
            continue;
        };
        let modules = Module::read(&top)?;
        let name = package.strip_prefix(root)?.to_string_lossy().replace("crates/", "");
        let files = modules.iter().map(|module| module.lines).collect();
        let functions = modules.iter().flat_map(|module| functions::of(module, root)).collect();
        all.push(Measured { name, files, functions, circles: circles::of(&modules) });
    }
    if all.is_empty() {
        bail!("no crates in {}", root.display());
    }
    Ok(all)
}

fn row(name: &str, files: Vec<usize>, functions: Vec<usize>, circles: &[Vec<String>]) -> String {
    let above = functions.iter().filter(|lines| **lines > MAX_FUNCTION_LINES).count();
    let (file_count, function_count) = (files.len(), functions.len());
    let circles: Vec<String> = circles.iter().map(|circle| circle.len().to_string()).collect();
    let circles = if circles.is_empty() { "0".to_owned() } else { circles.join(" + ") };
    format!(
        "| {name} | {file_count} | {} | {function_count} | {} | {above} | {circles} |",
        spread(files),
        spread(functions)
    )
}

/// The median, the ninetieth percentile and the largest.
fn spread(mut values: Vec<usize>) -> String {
    values.sort_unstable();
    let at = |percent: usize| values.get((values.len() * percent / 100).min(values.len().saturating_sub(1))).copied();
    match (at(50), at(90), values.last()) {
        (Some(median), Some(p90), Some(max)) => format!("{median}, {p90}, {max}"),
        _ => "none".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_function_is_too_long() {
        for one in measure(repository().unwrap()).unwrap() {
            for function in one.functions {
                let Function { name, file, line, lines } = function;
                assert!(lines <= MAX_FUNCTION_LINES, "{}:{line}: {name} has {lines} lines", file.display());
            }
        }
    }

    #[test]
    fn no_file_imports_itself_over_others() {
        for one in measure(repository().unwrap()).unwrap() {
            let allowed = CIRCLES.iter().find(|(name, _)| *name == one.name).map_or(0, |(_, size)| *size);
            let largest = one.circles.first().map_or(0, Vec::len);
            assert!(largest <= allowed, "files of {} import each other: {:?}", one.name, one.circles);
        }
    }

    #[test]
    fn a_spread_is_of_sorted_values() {
        assert_eq!(spread(vec![30, 10, 20]), "20, 30, 30");
        assert_eq!(spread(Vec::new()), "none");
    }
}
