//! An estate as files, in a style.

mod assemble;
mod body;
mod expr;
mod scope;
mod template;
mod terraform;
mod written;

use crate::model::Estate;
use crate::style::{Habit, Language, Style};
use scope::Scope;
pub use written::Written;

/// Writes `estate` in `style`.
#[must_use]
pub fn write(estate: &Estate, style: &Style) -> Written {
    let mut out = Written::default();
    let scopes: Vec<Scope<'_>> = (0..estate.cells.len())
        .map(|cell| {
            let mut scope = Scope::new(estate, style, cell);
            if scope.language == Language::Terraform {
                scope.write_terraform();
            } else {
                scope.write_template();
            }
            scope
        })
        .filter(|scope| !scope.blocks.is_empty())
        .collect();
    if style.has(Habit::Joined) {
        assemble::joined(&scopes, style, &mut out);
    } else {
        for scope in &scopes {
            assemble::alone(scope, style, &mut out);
        }
    }
    out
}
