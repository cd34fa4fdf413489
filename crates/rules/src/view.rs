//! An estate in the terms of disk encryption, computed once for all rules: which kinds of resources are in each deployment, which key each encryption
//! set uses, which disks may be encrypted, and where their content comes from.
//!
//! Rules ask a [`View`]. It and its data are in `estate_view`, `slot`, `set_key` and `holders`; `build` computes it; each other file
//! adds the answers to one kind of question.

mod ade;
mod advice;
mod attention;
mod build;
mod content;
mod estate_view;
mod grants;
mod handed_out;
mod holders;
mod keys;
pub(crate) mod kind;
mod lineage;
mod moves;
mod naming;
mod roles;
mod script;
mod service_table;
mod services;
mod set_key;
mod slot;
mod source;
mod stated;
mod target;
mod walk;
mod words;

pub(crate) use ade::{Ade, Volumes};
pub(crate) use advice::KeyForm;
pub use attention::ATTENTION;
pub(crate) use content::Step;
pub(crate) use estate_view::{DeploymentResources, View};
pub(crate) use grants::is_given;
pub(crate) use holders::{Candidate, Holder, Holders};
pub(crate) use lineage::Crypt;
pub(crate) use moves::Move;
pub(crate) use services::Whereabouts;
pub(crate) use set_key::{KEY_URL, SOURCE_VAULT, SetKey, VaultRef};
pub(crate) use slot::{Role, SetRef, SetTarget, Slot, Stated, Use};
pub(crate) use source::{Content, is_text, number};
pub(crate) use target::TargetRegion;
pub(crate) use words::{capital, plain, shown};
