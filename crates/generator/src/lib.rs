//! Random estates, as a list of resources and what they say ([`model`]), written as Terraform, Bicep or ARM JSON in many ways ([`render`]), and checked by
//! the analyzer ([`check`]). What is to be found is recognized by an [`oracle`] that reads the list and knows nothing of the analyzer, so it is the same for every
//! language and every way of writing. What disagrees is made smaller by [`shrink`].

pub mod change;
pub mod check;
pub mod draw;
pub mod model;
pub mod oracle;
pub mod render;
pub mod shrink;
pub mod style;
