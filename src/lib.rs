//! cmklint as a library: what breaks the platform's restrictions on customer-managed keys for Azure managed disks in Terraform, ARM JSON and Bicep, and the
//! graph of resources that this is found in.
//!
//! ```
//! use cmklint::{Options, analyze};
//!
//! # let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/mixed");
//! let report = analyze(folder, &Options::default())?;
//! for finding in report.findings() {
//!     let place = finding.place();
//!     println!("{}:{}: {} {}", place.path, place.line, finding.rule_id(), finding.message());
//! }
//! # assert!(report.findings().any(|finding| finding.rule_id() == "CMK001"));
//! # Ok::<(), cmklint::Error>(())
//! ```
//!
//! The graph can be walked without any rule:
//!
//! ```
//! use cmklint::{Options, Role, analyze};
//!
//! # let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/mixed");
//! let report = analyze(folder, &Options::default())?;
//! let graph = report.graph();
//! for set in graph.resources().filter(|resource| resource.kind() == "encryptionSet") {
//!     for edge in set.leads_to().filter(|edge| edge.role() == Role::TakesKey) {
//!         println!("{} takes {}", set.address(), edge.target().map_or("a key elsewhere", |key| key.address()));
//!     }
//! }
//! # assert!(graph.resources().count() > 3);
//! # Ok::<(), cmklint::Error>(())
//! ```
//!
//! Nothing is printed, no file is written, and no network is reached. What is read lies below the folder, its repository, and `~/.bicep`.
//! Rules of a team's own ([docs](https://github.com/OWNER/cmklint/blob/main/docs/custom-rules.md)) come with the analyzed files; a program says with
//! [`Options::evaluator`] where they are evaluated, and without it they are not.

mod finding;
mod graph;
mod options;
mod report;

pub use finding::{Finding, Level, Place};
pub use graph::{Edge, Graph, Resource, Role};
pub use options::Options;
pub use report::{Error, Format, Problem, Report, analyze};
