//! Which module calls are followed, as a flag and as a setting of the configuration.

use clap::ValueEnum;

/// Which module calls to follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ModuleType {
    /// Local ones, and remote ones that are installed
    All,
    /// Local ones
    Local,
    /// None
    None,
}

/// Their names in a configuration.
pub(crate) const MODULE_TYPES: [(&str, ModuleType); 3] =
    [("all", ModuleType::All), ("local", ModuleType::Local), ("none", ModuleType::None)];
