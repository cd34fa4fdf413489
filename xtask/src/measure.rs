//! `measure`: the measurements in docs/measurements.md, each an example of the crate that it measures.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};

use crate::repository::repository;

/// A measurement: its name, the package and example, the default arguments, and what it prints.
struct Measurement {
    name: &'static str,
    package: &'static str,
    example: &'static str,
    arguments: &'static [&'static str],
    tells: &'static str,
}

const CORPUS: &str = "target/corpus";

const MEASUREMENTS: &[Measurement] = &[
    Measurement {
        name: "parse-only",
        package: "cmklint-cli",
        example: "parse_only",
        arguments: &[CORPUS],
        tells: "the time to read and parse files, which a whole run is compared with",
    },
    Measurement {
        name: "arm",
        package: "cmklint-arm",
        example: "measure",
        arguments: &["target/corpus/avm"],
        tells: "how fast ARM templates are parsed, lowered and evaluated",
    },
    Measurement {
        name: "bicep-equal",
        package: "cmklint-bicep",
        example: "equal",
        arguments: &[CORPUS],
        tells: "Bicep files beside the JSON compiled from them",
    },
    Measurement {
        name: "bicep-read",
        package: "cmklint-bicep",
        example: "read_all",
        arguments: &["target/corpus/bicep-baselines"],
        tells: "which Bicep files are read, and how fast",
    },
    Measurement {
        name: "bicep-edits",
        package: "cmklint-bicep",
        example: "edits",
        arguments: &["rules/CMK012/good/bicep/main.bicep"],
        tells: "how long an edit takes",
    },
    Measurement {
        name: "bicep-hostile",
        package: "cmklint-bicep",
        example: "hostile",
        arguments: &[],
        tells: "the time for a megabyte of broken Bicep",
    },
    Measurement {
        name: "grammar-slowest",
        package: "cmklint-bicep-grammar",
        example: "slowest",
        arguments: &["target/corpus/avm"],
        tells: "the Bicep files that are slowest for their size",
    },
    Measurement {
        name: "grammar-parse",
        package: "cmklint-bicep-grammar",
        example: "parse_all",
        arguments: &["target/corpus/avm"],
        tells: "Bicep files with errors, and the grammar's speed",
    },
    Measurement {
        name: "terraform-survey",
        package: "cmklint-terraform",
        example: "survey",
        arguments: &["target/corpus/azurerm-examples"],
        tells: "how much of Terraform's values is known",
    },
    Measurement {
        name: "write-plan",
        package: "cmklint-terraform",
        example: "write_plan",
        arguments: &["19000"],
        tells: "writes a plan of that many disks to standard output",
    },
    Measurement {
        name: "read-plan",
        package: "cmklint-terraform",
        example: "read_plan",
        arguments: &["plan.json"],
        tells: "the time and memory to read a plan",
    },
    Measurement {
        name: "write-rows",
        package: "cmklint-inventory",
        example: "write_rows",
        arguments: &["1000000"],
        tells: "writes an inventory of that many rows to standard output",
    },
];

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The measurement; all are listed where there is none
    name: Option<String>,
    /// Arguments in place of the usual ones
    arguments: Vec<String>,
}

/// Runs a measurement in a release build.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let Some(name) = &args.name else {
        for measurement in MEASUREMENTS {
            println!("{:<17} {} (usually: {})", measurement.name, measurement.tells, measurement.arguments.join(" "));
        }
        return Ok(ExitCode::SUCCESS);
    };
    let measurement = MEASUREMENTS.iter().find(|m| m.name == name);
    let measurement =
        measurement.with_context(|| format!("no measurement is named {name}: `cargo xtask measure` lists them"))?;
    let root = repository()?;
    let usual = measurement.arguments.iter().map(ToString::to_string).collect();
    let arguments = if args.arguments.is_empty() { usual } else { args.arguments.clone() };
    let unpacked = !arguments.iter().any(|a| a.starts_with(CORPUS)) || root.join(CORPUS).is_dir();
    ensure!(unpacked, "{CORPUS} is not there: testdata/unpack-corpus.sh makes it");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let ended = Command::new(cargo)
        .args(["run", "--quiet", "--release", "--package", measurement.package, "--example", measurement.example, "--"])
        .args(arguments)
        .current_dir(root)
        .status()
        .context("cannot run cargo")?;
    Ok(ended.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_measurement_is_an_example_that_is_there() {
        for measurement in MEASUREMENTS {
            let folder =
                measurement.package.strip_prefix("cmklint-").unwrap().replace("bicep-grammar", "bicep/grammar");
            let example = repository().unwrap().join("crates").join(folder).join("examples").join(measurement.example);
            assert!(
                example.with_extension("rs").is_file() || example.join("main.rs").is_file(),
                "{}",
                measurement.name
            );
        }
    }
}
