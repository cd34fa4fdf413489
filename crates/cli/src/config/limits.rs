//! The block `limits`: how much more than usual a run may cost.

use hcl_edit::Span as _;
use hcl_edit::structure::Block;

use super::ConfigReader;
use super::reference::{self, WORK};
use crate::limits::MAX_FACTOR;

impl ConfigReader<'_> {
    /// Reads the block.
    pub(super) fn limits(&mut self, block: &Block) {
        self.no_blocks(block);
        for attribute in block.body.attributes() {
            let name = attribute.key.as_str();
            let names = reference::settings("limits");
            if !names.contains(&name) {
                self.unknown("attribute", name, attribute.key.span(), &names);
                continue;
            }
            let Some(factor) = self.number(attribute) else { continue };
            if !(1..=MAX_FACTOR).contains(&factor) {
                self.wrong(attribute, &format!("{name} is a factor from 1 to {MAX_FACTOR}"));
                continue;
            }
            match name {
                WORK => self.config.limits.work = factor,
                _ => self.config.limits.memory = factor,
            }
        }
    }
}
