//! The resource instances in a file: those of modules in modules, and those of a list of changes.

use cmklint_source::{Diagnostic, Span};
use indexmap::IndexMap;

use super::address::{InstanceKey, ModuleStep, instance_parts, module_steps, prefix};
use super::format::{Change, Module, Shown, Stored, StoredInstance};
use super::json::{DocumentReader, Raw, span, text};

/// A resource instance of the file.
#[derive(Clone, Debug)]
pub(crate) struct PlannedItem<'t> {
    pub(crate) module: Vec<ModuleStep>,
    pub(crate) data: bool,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) key: InstanceKey,
    /// What is known of its attributes: an object.
    pub(crate) values: Option<Raw<'t>>,
    pub(crate) unknown: Option<Raw<'t>>,
    pub(crate) sensitive: Option<Raw<'t>>,
    /// The paths of sensitive values, in the form of a state file.
    pub(crate) sensitive_paths: Option<Raw<'t>>,
    /// Where its address is written.
    pub(crate) span: Span,
    /// The whole entry in the file.
    pub(crate) whole: Span,
}

impl PlannedItem<'_> {
    /// Its address without its own key.
    pub(crate) fn base(&self) -> String {
        let data = if self.data { "data." } else { "" };
        format!("{}{data}{}.{}", prefix(&self.module), self.kind, self.name)
    }

    /// The same instance at another address; `None` where that is not an address.
    pub(super) fn renamed(&self, address: &str) -> Option<Self> {
        let (module, data, kind, name, key) = instance_parts(address)?;
        Some(Self { module, data, kind, name, key, ..self.clone() })
    }

    /// Its address.
    pub(crate) fn address(&self) -> String {
        self.key.appended_to(&self.base())
    }
}

/// Instances by address, in the order of the file.
pub(crate) type PlannedItems<'t> = IndexMap<String, PlannedItem<'t>>;

/// What a plan does to one instance.
pub(super) struct Planned<'t> {
    pub(super) item: PlannedItem<'t>,
    pub(super) previous: Option<String>,
    pub(super) replaced: bool,
    /// Its values before and after; `None` where it doesn't exist.
    pub(super) before: Option<Raw<'t>>,
    pub(super) after: Option<Raw<'t>>,
    pub(super) before_sensitive: Option<Raw<'t>>,
}

impl<'t> DocumentReader<'t> {
    /// The instances of a module of the values representation and of those in it, down to `depth` modules inside one another.
    pub(super) fn module(&mut self, raw: Raw<'t>, depth: usize, out: &mut PlannedItems<'t>) {
        let Some(module) = self.read::<Module<'t>>(raw, "a module") else { return };
        let address = module.address.as_deref().unwrap_or("");
        let Some(steps) = self.steps(address, raw) else { return };
        for resource in module.resources {
            if let Some(shown) = self.read::<Shown<'t>>(resource, "a resource")
                && let Some(item) = self.item(&shown, steps.clone(), resource)
            {
                out.insert(item.address(), item);
            }
        }
        if depth == 0 && !module.child_modules.is_empty() {
            let message = "modules lie too deep in one another; those below this one are left out";
            self.diagnostics.push(Diagnostic::warning("too-deep", message, span(raw, self.file)));
            return;
        }
        for child in module.child_modules {
            self.module(child, depth - 1, out);
        }
    }

    /// The changes of a plan, in its order. Deposed objects, which Terraform only has yet to destroy, are left out.
    pub(super) fn changes(&mut self, raw: Raw<'t>) -> Vec<Planned<'t>> {
        let Some(list) = self.read::<Vec<Raw<'t>>>(raw, "resource_changes") else { return Vec::new() };
        list.into_iter().filter_map(|entry| self.change(entry)).collect()
    }

    fn change(&mut self, raw: Raw<'t>) -> Option<Planned<'t>> {
        let shown: Shown<'t> = self.read(raw, "a resource change")?;
        if shown.deposed.is_some() {
            return None;
        }
        let change: Change<'t> = self.read(shown.change?, "a change")?;
        let steps = self.steps(shown.module_address.as_deref().unwrap_or(""), raw)?;
        let mut item = self.item(&shown, steps, raw)?;
        item.values = change.after;
        item.unknown = change.after_unknown;
        item.sensitive = change.after_sensitive;
        let does = |what: &str| change.actions.iter().any(|a| a == what);
        Some(Planned {
            previous: shown.previous_address.as_deref().map(str::to_owned),
            replaced: does("delete") && does("create"),
            before: change.before,
            after: change.after,
            before_sensitive: change.before_sensitive,
            item,
        })
    }

    fn item(&mut self, shown: &Shown<'t>, module: Vec<ModuleStep>, raw: Raw<'t>) -> Option<PlannedItem<'t>> {
        if shown.deposed_key.is_some() {
            return None;
        }
        Some(PlannedItem {
            module,
            data: shown.mode == "data",
            kind: shown.kind.to_string(),
            name: shown.name.to_string(),
            key: self.key(shown.index)?,
            values: shown.values,
            unknown: None,
            sensitive: shown.sensitive_values,
            sensitive_paths: None,
            span: span(shown.address, self.file),
            whole: span(raw, self.file),
        })
    }

    /// The instances of a state file.
    pub(super) fn stored(&mut self, raw: Raw<'t>, out: &mut PlannedItems<'t>) {
        let Some(list) = self.read::<Vec<Raw<'t>>>(raw, "resources") else { return };
        for entry in list {
            let Some(stored) = self.read::<Stored<'t>>(entry, "a resource") else { continue };
            let Some(module) = self.steps(stored.module.as_deref().unwrap_or(""), entry) else { continue };
            let Some(name) = text(stored.name) else { continue };
            for raw in stored.instances {
                let Some(instance) = self.read::<StoredInstance<'t>>(raw, "an instance") else { continue };
                if instance.deposed.is_some() {
                    continue;
                }
                let Some(key) = self.key(instance.index_key) else { continue };
                let item = PlannedItem {
                    module: module.clone(),
                    data: stored.mode == "data",
                    kind: stored.kind.to_string(),
                    name: name.clone(),
                    key,
                    values: instance.attributes,
                    unknown: None,
                    sensitive: None,
                    sensitive_paths: instance.sensitive_attributes,
                    span: span(stored.name, self.file),
                    whole: span(entry, self.file),
                };
                out.insert(item.address(), item);
            }
        }
    }

    fn steps(&mut self, address: &str, raw: Raw<'t>) -> Option<Vec<ModuleStep>> {
        let steps = module_steps(address);
        if steps.is_none() {
            let message = format!("'{address}' is no module address");
            self.diagnostics.push(Diagnostic::error("plan-format", message, span(raw, self.file)));
        }
        steps
    }

    fn key(&mut self, raw: Option<Raw<'t>>) -> Option<InstanceKey> {
        let Some(raw) = raw else { return Some(InstanceKey::None) };
        match text(raw) {
            Some(text) => Some(InstanceKey::Text(text)),
            None => match raw.get().parse() {
                Ok(number) => Some(InstanceKey::Number(number)),
                Err(_) => {
                    let message = "an instance's key is neither text nor a whole number";
                    self.diagnostics.push(Diagnostic::error("plan-format", message, span(raw, self.file)));
                    None
                }
            },
        }
    }
}
