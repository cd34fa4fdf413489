//! The block `limits`: how much more than usual a run may cost.

use hcl_edit::Span as _;
use hcl_edit::structure::Block;

use super::ConfigReader;
use crate::limits::MAX_FACTOR;

const NAMES: [&str; 2] = ["work", "memory"];

impl ConfigReader<'_> {
    /// Reads the block.
    pub(super) fn limits(&mut self, block: &Block) {
        self.no_blocks(block);
        for attribute in block.body.attributes() {
            let name = attribute.key.as_str();
            if !NAMES.contains(&name) {
                self.unknown("attribute", name, attribute.key.span(), &NAMES);
                continue;
            }
            let Some(factor) = self.number(attribute) else { continue };
            if !(1..=MAX_FACTOR).contains(&factor) {
                self.wrong(attribute, &format!("{name} is a factor from 1 to {MAX_FACTOR}"));
                continue;
            }
            match name {
                "work" => self.config.limits.work = factor,
                _ => self.config.limits.memory = factor,
            }
        }
    }
}
