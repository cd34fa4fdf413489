//! Reads a plan, and says how long that takes.
//!
//! `cargo run --release -p cmklint-terraform --example read_plan -- plan.json`
#![allow(clippy::print_stdout)] // it is what an example is for

use std::time::Instant;

use cmklint_graph::DeploymentId;
use cmklint_source::{DiskLoader, Sources, file_name, parent};
use cmklint_terraform::Options;
use cmklint_terraform::plan::{Document, PlanRequest};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("which plan?")?;
    let folder = match parent(&path) {
        "" if path.starts_with('/') => "/",
        "" => ".",
        folder => folder,
    };
    let sources = Sources::new(DiskLoader::new(folder, u64::MAX)?);
    let start = Instant::now();
    let file = sources.load(file_name(&path))?;
    let loaded = start.elapsed();
    let document = Document::read(&file).map_err(|wrong| format!("{wrong:?}"))?;
    let plan = document.plan(&PlanRequest {
        root: None,
        sources: &sources,
        options: &Options::default(),
        after: DeploymentId(0),
        before: DeploymentId(1),
    });
    println!(
        "{} bytes: loaded in {loaded:.2?}, all in {:.2?}; {} resources after, {} before, {} moved, {} diagnostics",
        file.text().len(),
        start.elapsed(),
        plan.after.resources.len(),
        plan.before.resources.len(),
        plan.moved.len(),
        plan.diagnostics.len()
    );
    Ok(())
}
