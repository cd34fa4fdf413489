//! Random estates, as a list of resources and their properties ([`model`]), written as Terraform, Bicep or ARM JSON in many ways ([`render`]), and checked by
//! the analyzer ([`check`]). An [`oracle`] that reads the list and knows nothing about the analyzer says what must be found, the same for every
//! language and every way of writing. Disagreements are made smaller by [`shrink`].

pub mod change;
pub mod check;
pub mod draw;
pub mod model;
pub mod oracle;
pub mod render;
pub mod shrink;
pub mod style;
