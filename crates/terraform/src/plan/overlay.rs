//! Planned values instead of the results of expressions: which instances exist, and what their attributes are.

use std::sync::Arc;

use cmklint_graph::{Array, AsPath, Kind, Literal, Object, PropertyPath, ResourceId, StepKind, Symbol, Value};
use cmklint_source::{SourceFile, Span};
use rustc_hash::FxHashMap;

use super::address::InstanceKey;
use super::configuration::{Modules, PlannedModule};
use super::items::{PlannedItem, PlannedItems};
use super::json::{self, Marks, Raw};
use crate::config::Address;
use crate::eval::{
    CalledModule, Evaluator, InstanceId, ListedInstances, ModuleId, Repeat, RepeatedBlock, Scope, Surroundings,
};
use crate::table;
use crate::values::{inherit, prune};

/// What a plan or a state lists.
pub(crate) struct Overlay<'t> {
    pub(super) file: &'t SourceFile,
    pub(super) items: PlannedItems<'t>,
    /// The keys of the instances of each resource and each module call, by address.
    pub(super) keys: FxHashMap<String, Vec<InstanceKey>>,
    pub(super) modules: Modules,
}

impl<'t> Overlay<'t> {
    pub(super) fn new(file: &'t SourceFile, items: PlannedItems<'t>, modules: Modules) -> Self {
        let mut keys: FxHashMap<String, Vec<InstanceKey>> = FxHashMap::default();
        let mut seen = rustc_hash::FxHashSet::default();
        for item in items.values() {
            let mut prefix = String::new();
            for (name, key) in &item.module {
                let base = format!("{prefix}module.{name}");
                prefix = key.appended_to(&base);
                if seen.insert(prefix.clone()) {
                    keys.entry(base).or_default().push(key.clone());
                }
                prefix.push('.');
            }
            keys.entry(item.base()).or_default().push(item.key.clone());
        }
        Self { file, items, keys, modules }
    }
}

impl Overlay<'_> {
    /// The root module.
    pub(super) fn root(&self) -> Option<&PlannedModule> {
        self.modules.get(&Vec::new())
    }

    fn item(&self, evaluator: &Evaluator<'_>, id: InstanceId) -> Option<&PlannedItem<'_>> {
        self.items.get(&*evaluator.instances.get(id.0)?.address)
    }
}

impl Surroundings for Overlay<'_> {
    fn called_module(&self, evaluator: &Evaluator<'_>, caller: ModuleId, name: &str) -> Option<CalledModule> {
        let mut path = vec![name.to_owned()];
        let mut at = caller;
        while let Some((caller, call, _)) = &evaluator.module(at)?.call {
            path.push(call.to_string());
            at = *caller;
        }
        path.reverse();
        let module = self.modules.get(&path)?;
        Some(CalledModule { dir: module.dir.clone().unwrap_or_default(), config: Arc::clone(&module.config) })
    }

    fn instances(&self, evaluator: &mut Evaluator<'_>, block: &RepeatedBlock<'_>) -> Option<ListedInstances> {
        let RepeatedBlock { module, repeated, address, is_module_call } = *block;
        let keys = self.keys.get(address);
        // A module without resources is in no list of the plan.
        if keys.is_none() && is_module_call {
            return None;
        }
        let keys = keys.cloned().unwrap_or_default();
        let repeat = match keys.first() {
            Some(InstanceKey::None) => Repeat::Single,
            Some(InstanceKey::Number(_)) => Repeat::Count,
            Some(InstanceKey::Text(_)) => Repeat::ForEach,
            None if repeated.count.is_some() => Repeat::Count,
            None if repeated.for_each.is_some() => Repeat::ForEach,
            None => Repeat::Single,
        };
        let collection = match &repeated.for_each {
            Some(for_each) if !keys.is_empty() => {
                let for_each = Arc::clone(for_each);
                Some(prune(&evaluator.eval(&for_each, &Scope::of(module))))
            }
            _ => None,
        };
        let items = keys.into_iter().map(|key| match key {
            InstanceKey::None => (Value::null(), Value::null()),
            InstanceKey::Number(number) => (Value::int(number), Value::null()),
            InstanceKey::Text(text) => {
                let key = Value::string(text.as_str());
                let each = match collection.as_ref().map(|c| (&c.kind, c)) {
                    Some((Kind::Array(_), _)) => key.clone(),
                    Some((Kind::Object(object), whole)) if object.entries.contains_key(text.as_str()) => {
                        object.entries.get(text.as_str()).map_or_else(Value::null, |e| inherit(whole, &e.value))
                    }
                    _ => evaluator.symbol(
                        module,
                        &format!("{address}[{text:?}].each"),
                        format!("each.value of {address}[{text:?}]"),
                    ),
                };
                (key, each)
            }
        });
        let items = items.collect();
        Some(ListedInstances { repeat, items })
    }

    fn planned_values(&self, evaluator: &Evaluator<'_>, id: InstanceId, stated: Value) -> Value {
        let Some(item) = self.item(evaluator, id) else { return stated };
        let address = item.address();
        let marks = Marks::read(item.unknown);
        let sensitive = sensitive(item);
        let in_files = header(evaluator, id).is_some_and(|span| span.file != self.file.id());
        let at = PlannedInstance { evaluator, overlay: self, address: &address, in_files };
        let members = item.values.map(json::members).unwrap_or_default();
        let object = at.object(stated.as_object(), &members, &marks, &sensitive, "");
        Value { kind: Kind::Object(Arc::new(object)), trail: stated.trail }
    }

    fn planned_id(&self, evaluator: &Evaluator<'_>, id: InstanceId) -> Option<ResourceId> {
        let values = self.item(evaluator, id)?.values?;
        let parsed = |name: &str| {
            let raw = json::member(values, name)?;
            ResourceId::parse(&Value::string(json::text(raw)?))
        };
        parsed("id").or_else(|| parsed("resource_id"))
    }
}

/// The header of the block of the instance `id`.
fn header(evaluator: &Evaluator<'_>, id: InstanceId) -> Option<Span> {
    let instance = evaluator.instances.get(id.0)?;
    let config = &evaluator.module(instance.module)?.config;
    config.resources.get_index(instance.block?).map(|(_, r)| r.block.header)
}

fn sensitive(item: &PlannedItem<'_>) -> Marks {
    let Some(paths) = item.sensitive_paths else { return Marks::read(item.sensitive) };
    let first = |path: Raw<'_>| json::text(json::member(json::items(path).first()?, "value")?);
    Marks::Members(json::items(paths).into_iter().filter_map(first).map(|name| (name, Marks::All)).collect())
}

/// An instance whose planned values are read.
struct PlannedInstance<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    overlay: &'e Overlay<'a>,
    address: &'e str,
    /// Whether its block is in a file of the configuration.
    in_files: bool,
}

impl PlannedInstance<'_, '_> {
    fn object(
        &self,
        stated: Option<&Object>,
        members: &[(std::borrow::Cow<'_, str>, Raw<'_>)],
        unknown: &Marks,
        sensitive: &Marks,
        path: &str,
    ) -> Object {
        let mut out = Object::default();
        let entry = |name: &str| stated.and_then(|s| s.entries.get(name));
        for (name, raw) in members {
            let found = entry(name);
            let (unknown, sensitive) = (unknown.member(name), sensitive.member(name));
            let below = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
            let value = self.value(found.map(|e| &e.value), raw, unknown, sensitive, &below);
            out.insert(&**name, found.and_then(|e| e.key_span), value);
        }
        for name in unknown.whole_members() {
            // Attributes that the configuration doesn't state are filled in by the provider: they count as not stated.
            if let (false, Some(found)) = (out.entries.contains_key(name), entry(name)) {
                let below = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
                out.insert(name, found.key_span, self.unknown(&found.value, &below, "known after apply"));
            }
        }
        for (name, found) in stated.map(|s| &s.entries).into_iter().flatten() {
            if !out.entries.contains_key(name) {
                out.insert(Arc::clone(name), found.key_span, found.value.clone());
            }
        }
        out
    }

    fn value(&self, stated: Option<&Value>, raw: Raw<'_>, unknown: &Marks, sensitive: &Marks, path: &str) -> Value {
        for (marks, why) in [(unknown, "known after apply"), (sensitive, "sensitive")] {
            if matches!(marks, Marks::All) {
                return self.unknown(stated.unwrap_or(&Value::null()), path, why);
            }
        }
        match raw.get().as_bytes().first() {
            Some(b'{' | b'[') if path.matches(['.', '[']).count() >= json::MAX_DEPTH => {
                self.unknown(&Value::null(), "a part", "nested too deeply")
            }
            Some(b'{') => {
                let object = stated.and_then(Value::as_object);
                let made = self.object(object, &json::members(raw), unknown, sensitive, path);
                self.placed(Value::object(made), stated, raw, path)
            }
            Some(b'[') => {
                let items = json::items(raw);
                let known = stated.and_then(Value::as_array).filter(|a| a.items.len() == items.len());
                let made = items.iter().enumerate().map(|(at, raw)| {
                    let stated = known.and_then(|array| partner(&array.items, at, raw));
                    self.value(stated, raw, unknown.item(at), sensitive.item(at), &format!("{path}[{at}]"))
                });
                let made = Kind::Array(Arc::new(Array { items: made.collect(), ..Array::default() }));
                self.placed(Value::new(made), stated, raw, path)
            }
            _ => self.scalar(stated, raw, path),
        }
    }

    fn scalar(&self, stated: Option<&Value>, raw: Raw<'_>, path: &str) -> Value {
        let planned = json::value(raw, self.overlay.file);
        if let Some(stated) = stated {
            let same = match (&stated.kind, planned.as_literal()) {
                // A reference says more than its current text, unless the two differ (`ignore_changes`).
                (Kind::Ref(r), Some(Literal::String(_))) => {
                    self.is_plausible(stated, path) && self.has(r.node.index, raw)
                }
                _ => stated.as_literal().is_some() && stated.as_literal() == planned.as_literal(),
            };
            if same {
                return stated.clone();
            }
        }
        self.placed(planned, stated, raw, path)
    }

    /// Whether the text `raw` is among the values of the node at `index`.
    fn has(&self, index: u32, raw: Raw<'_>) -> bool {
        let Some(id) = self.evaluator.nodes.get(index as usize) else { return false };
        let Some(instance) = self.evaluator.instances.get(id.0) else { return false };
        let values = self.overlay.items.get(&*instance.address).and_then(|item| item.values);
        values.is_some_and(|values| values.get().contains(raw.get()))
    }

    /// `made`, at the place of the stated value where that is in the configuration, else in the plan.
    fn placed(&self, made: Value, stated: Option<&Value>, raw: Raw<'_>, path: &str) -> Value {
        let here = json::span(raw, self.overlay.file);
        let path = PropertyPath::from(path);
        let name = path.last_name().unwrap_or_default();
        match stated.and_then(Value::span) {
            Some(span) if span.file != self.overlay.file.id() => {
                let value = Value { trail: cmklint_graph::Trail::empty(), ..made };
                value.via(here, StepKind::Outside, name).via(span, StepKind::Attribute, name)
            }
            _ if self.in_files => Value { trail: cmklint_graph::Trail::empty(), ..made },
            _ => made.written_at(here),
        }
    }

    /// The stated value, where it is more than unknown; else a symbol.
    fn unknown(&self, stated: &Value, path: &str, why: &str) -> Value {
        let says = match &stated.kind {
            Kind::Ref(_) => self.is_plausible(stated, path),
            Kind::Symbol(_) | Kind::Template(_) | Kind::Choice(_) | Kind::Array(_) | Kind::Object(_) => {
                !self.is_described(stated)
            }
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => false,
        };
        if says {
            return stated.clone();
        }
        let key = format!("{}:{}.{path} {why}", self.evaluator.id, self.address);
        let symbol = Symbol::new(key, format!("{path} of {} ({why})", self.address));
        Value { trail: stated.trail.clone(), ..Value::symbol(symbol) }
    }

    /// Whether the value came from the plan's description of an expression: the references in it, not the expression itself.
    fn is_described(&self, value: &Value) -> bool {
        value.trail.steps().any(|step| step.span.file == self.overlay.file.id())
    }

    /// Whether the argument at `path` may be the reference `value` itself: certain where the expression is in the tree. An expression
    /// that is only known to contain the reference counts where the argument's name matches the reference.
    fn is_plausible(&self, value: &Value, path: &str) -> bool {
        if !self.is_described(value) {
            return true;
        }
        let Kind::Ref(r) = &value.kind else { return false };
        let path = PropertyPath::from(path);
        let named = path.names().last().unwrap_or_default();
        let Some(target) = self.evaluator.nodes.get(r.node.index as usize) else { return false };
        let Some(address) = self.address_of(*target) else { return false };
        if named == "principal_id" || named == "object_id" {
            return r.path.last_name() == Some("principalId");
        }
        let is_id = table::id_export(&address).is_some_and(|path| r.path.is(&path)) || r.path.is("properties.keyUri");
        let stem = named.strip_suffix("_id").unwrap_or(named);
        is_id
            && (address.kind.ends_with(stem)
                || TAKES.iter().any(|(n, kinds)| *n == named && kinds.contains(&&*address.kind)))
    }

    fn address_of(&self, id: InstanceId) -> Option<Address> {
        let instance = self.evaluator.instances.get(id.0)?;
        let config = &self.evaluator.module(instance.module)?.config;
        config.resources.get_index(instance.block?).map(|(address, _)| address.clone())
    }
}

/// Arguments that take an id of something other than their name says.
const TAKES: [(&str, &[&str]); 12] = [
    ("source_resource_id", &["azurerm_managed_disk", "azurerm_snapshot"]),
    ("source_uri", &["azurerm_managed_disk", "azurerm_snapshot"]),
    ("secure_vm_disk_encryption_set_id", &["azurerm_disk_encryption_set"]),
    ("source_image_id", &["azurerm_image", "azurerm_shared_image", "azurerm_shared_image_version"]),
    ("gallery_image_reference_id", &["azurerm_shared_image_version", "azurerm_shared_image"]),
    ("managed_image_id", &["azurerm_image"]),
    ("os_disk_snapshot_id", &["azurerm_snapshot"]),
    ("os_managed_disk_id", &["azurerm_managed_disk"]),
    (
        "source_virtual_machine_id",
        &["azurerm_virtual_machine", "azurerm_linux_virtual_machine", "azurerm_windows_virtual_machine"],
    ),
    (
        "virtual_machine_scale_set_id",
        &[
            "azurerm_linux_virtual_machine_scale_set",
            "azurerm_windows_virtual_machine_scale_set",
            "azurerm_orchestrated_virtual_machine_scale_set",
        ],
    ),
    ("scope", &["azurerm_key_vault", "azurerm_resource_group", "azurerm_key_vault_key"]),
    ("identity_ids", &["azurerm_user_assigned_identity"]),
];

/// The stated item that becomes the planned one at `at`: the one with the same index, or, since a set has no indices, the first that doesn't contradict it.
fn partner<'v>(stated: &'v [Value], at: usize, raw: Raw<'_>) -> Option<&'v Value> {
    let members = json::members(raw);
    let fits = |value: &&Value| match value.as_object() {
        Some(object) => members.iter().all(|(name, raw)| {
            let known = object.entries.get(&**name).and_then(|e| e.value.as_literal());
            let planned = json::text(raw);
            match (known, planned) {
                (Some(Literal::String(known)), Some(planned)) => *known == *planned,
                _ => true,
            }
        }),
        None => true,
    };
    stated.get(at).filter(fits).or_else(|| stated.iter().find(fits))
}
