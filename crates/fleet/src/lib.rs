//! A fleet: many repositories that are analyzed apart, on whatever machines, and joined where the code of one names what another declares.
//!
//! [`scan`] analyzes one repository. Of it come its findings, the facts by which it may belong to others, and its sources. [`plan`] tells from the facts of all repositories which of them
//! belong together, and [`join`] analyzes such a group from the sources, by the same analysis as always. What all that comes to is what one run over all repositories, side by side in a folder,
//! comes to. [`check`] does the whole on one machine; on many, an engine calls the three.

mod bundle;
mod estate;
mod facts;
mod join;
mod names;
mod options;
mod plan;
mod rows;
mod run;
mod scan;

/// The estate as plain data.
pub use cmklint_rules::EstateMap;
pub use estate::{Edge, Resource, edges, resources};
pub use facts::{Fact, FactKind, facts, live};
pub use join::{Joined, Partial, join};
pub use options::Options;
pub use plan::{Group, plan};
pub use rows::{Finding, Problem, RepositoryReport, whole};
pub use run::{Fleet, check, together};
pub use scan::{Scan, scan};
