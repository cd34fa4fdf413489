//! The commands of a maintainer: `cargo xtask COMMAND`. See CONTRIBUTING.md.
#![allow(clippy::print_stdout)] // A program for the terminal.

mod ade_estate;
mod compare_reports;
mod estate;
mod facts;
mod measure;
mod mutate_words;
mod new_rule;
mod repository;
mod site;
mod stand_ins;
mod structure;
mod tables;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The command line.
#[derive(Parser)]
#[command(name = "cargo xtask", about = "What a maintainer of cmklint runs")]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write an estate whose machines have Azure Disk Encryption, to read what `cmklint ade` says of it
    AdeEstate(ade_estate::Args),
    /// Compare the reports of two builds of cmklint, byte for byte, over rules/, testdata/ and target/corpus
    CompareReports(compare_reports::Args),
    /// Write an estate of Terragrunt units, to measure runs over
    Estate(estate::Args),
    /// Check the data files of facts about Azure, and compare them with what az gave
    Facts(facts::Args),
    /// Run a measurement of docs/measurements.md
    Measure(measure::Args),
    /// Make a rule that passes its tests, as a starting point: page, examples in three languages, file, registration
    NewRule(new_rule::Args),
    /// Write the pages of the site to target/site, as mdBook reads them
    Site(site::Args),
    /// Print how long files and functions are, and which files of a crate import each other in a circle
    Structure(structure::Args),
    /// Renew the data on the Azure Verified Modules in Bicep, from a checkout of them
    StandIns(stand_ins::Args),
    /// Write the tables in README.md and docs/dependencies.md that follow from the code
    Tables(tables::Args),
    /// Replace the words of the rules' reports and list those that no example's expected report shows
    MutateWords(mutate_words::Args),
}

fn main() -> Result<ExitCode> {
    match Args::parse().command {
        Command::AdeEstate(args) => ade_estate::run(&args),
        Command::CompareReports(args) => compare_reports::run(&args),
        Command::Estate(args) => estate::run(&args),
        Command::Facts(args) => facts::run(&args),
        Command::Measure(args) => measure::run(&args),
        Command::NewRule(args) => new_rule::run(&args),
        Command::Site(args) => site::run(&args),
        Command::Structure(args) => structure::run(&args),
        Command::StandIns(args) => stand_ins::run(&args),
        Command::Tables(args) => tables::run(&args),
        Command::MutateWords(args) => mutate_words::run(&args),
    }
}
