//! The configuration inside a plan: its resources and module calls and what their expressions refer to, though not
//! the expressions themselves. Where the folder that the plan was made from is in the tree, the blocks are those of its files.

use std::collections::BTreeSet;
use std::sync::Arc;

use cmklint_graph::{Kind, Literal, Value};
use cmklint_source::{Sources, Span};
use rustc_hash::FxHashMap;

use super::address::path;
use super::format::{
    Configuration, ConfiguredCall, ConfiguredModule, ConfiguredOutput, ConfiguredResource, ConfiguredVariable,
    ProviderConfig,
};
use super::items::PlannedItems;
use super::json::{self, DocumentReader, Raw, name, span};
use crate::config::types::Type;
use crate::config::{self, Address, Config, ModuleCall, Output, Provider, Repeated, ResourceBlock, Variable};
use crate::options::Options;
use crate::syntax::ast::{Attribute, Block, Body, Call, Expr, ExprKind};

/// A module of the configuration, by the names of the calls that lead to it.
#[derive(Debug)]
pub(crate) struct PlannedModule {
    pub(crate) config: Arc<Config>,
    /// Its folder, where that is in the tree.
    pub(crate) dir: Option<String>,
}

/// All modules of a configuration.
pub(crate) type Modules = FxHashMap<Vec<String>, PlannedModule>;

pub(super) struct Builder<'r, 't> {
    pub(super) reader: &'r mut DocumentReader<'t>,
    pub(super) sources: &'r Sources,
    pub(super) options: &'r Options,
    pub(super) modules: Modules,
    /// The number of expressions in the files that differ from the plan's.
    pub(super) stale: usize,
}

impl<'t> Builder<'_, 't> {
    /// The modules of `raw` (`configuration`), the root's files being those in `dir`.
    pub(super) fn configuration(&mut self, raw: Option<Raw<'t>>, dir: Option<&str>) {
        let read = raw.and_then(|raw| self.reader.read::<Configuration<'t>>(raw, "the configuration"));
        let mut providers = Vec::new();
        if let Some(read) = &read {
            for (key, raw) in &read.provider_config {
                if let Some(provider) = self.reader.read::<ProviderConfig<'t>>(raw, "a provider") {
                    providers.push((key.clone(), provider, span(raw, self.reader.file)));
                }
            }
        }
        let root = read.and_then(|r| r.root_module).and_then(|r| self.reader.read(r, "the root module"));
        self.module(root.unwrap_or_default(), Vec::new(), dir, &providers);
    }

    fn module(
        &mut self,
        read: ConfiguredModule<'t>,
        at: Vec<String>,
        dir: Option<&str>,
        providers: &[(String, ProviderConfig<'t>, Span)],
    ) {
        let files = dir.map(|dir| config::load(dir, self.sources, &self.options.cache)).filter(|c| c.files > 0);
        let mut config = Config::default();
        if let Some(files) = &files {
            config.locals.clone_from(&files.locals);
            config.settings.clone_from(&files.settings);
        }
        for raw in read.resources {
            let Some(resource) = self.reader.read::<ConfiguredResource<'t>>(raw, "a configured resource") else {
                continue;
            };
            let address =
                Address { data: resource.mode == "data", kind: name(&resource.kind), name: name(&resource.name) };
            let made = match files.as_ref().and_then(|f| f.resources.get(&address)) {
                Some(block) => self.joined(block, resource.expressions),
                None => self.resource(&address, &resource, raw),
            };
            config.resources.insert(address, made);
        }
        for (call_name, raw) in read.variables {
            let Some(variable) = self.reader.read::<ConfiguredVariable<'t>>(raw, "a variable") else { continue };
            let declared = files.as_ref().and_then(|f| f.variables.get(&*call_name));
            let made = match declared {
                Some(declared) => declared.clone(),
                None => {
                    let default = variable.default.map(|raw| Arc::new(self.constant(raw)));
                    let header = span(raw, self.reader.file);
                    Variable {
                        header,
                        default,
                        ty: Type::Any,
                        nullable: true,
                        conditions: Vec::new(),
                        validations: Vec::new(),
                    }
                }
            };
            config.variables.insert(name(&call_name), made);
        }
        for (output, raw) in read.outputs {
            let value = match files.as_ref().and_then(|f| f.outputs.get(&*output)) {
                Some(declared) => declared.value.clone(),
                None => {
                    let read = self.reader.read::<ConfiguredOutput<'t>>(raw, "an output");
                    read.and_then(|o| o.expression).map(|raw| Arc::new(self.expression(raw)))
                }
            };
            config.outputs.insert(name(&output), Output { value, depends_on: None });
        }
        self.providers(&mut config, files.as_deref(), &at, providers);
        for (call_name, raw) in read.module_calls {
            let Some(call) = self.reader.read::<ConfiguredCall<'t>>(raw, "a module call") else { continue };
            let declared = files.as_ref().and_then(|f| f.calls.get(&*call_name));
            let same = declared.filter(|d| d.source.as_deref() == call.source.as_deref());
            let made = match same {
                Some(declared) => declared.clone(),
                None => self.call(&call_name, &call, raw, providers),
            };
            let source = call.source.as_deref().filter(|s| crate::modules::is_local(s));
            let child = dir.zip(source).and_then(|(dir, source)| cmklint_source::join(dir, source));
            let inner = call.module.and_then(|raw| self.reader.read(raw, "a module"));
            config.calls.insert(Arc::clone(&made.name), made);
            let mut below = at.clone();
            below.push(call_name);
            if below.len() <= self.options.limits.module_depth {
                self.module(inner.unwrap_or_default(), below, child.as_deref(), providers);
            }
        }
        let dir = files.is_some().then(|| dir.map(str::to_owned)).flatten();
        self.modules.insert(at, PlannedModule { config: Arc::new(config), dir });
    }

    /// Adds the blocks of `items` that the configuration lacks: for a state, all of them.
    pub(super) fn complete(&mut self, items: &PlannedItems<'t>) {
        for item in items.values() {
            let path = path(&item.module);
            for (at, called) in path.iter().enumerate() {
                let above = path.get(..at).unwrap_or(&[]).to_vec();
                let Some(config) = self.config_mut(above) else { continue };
                config.calls.entry(name(called)).or_insert_with(|| ModuleCall {
                    name: name(called),
                    source: None,
                    source_span: item.span,
                    repeated: Repeated::default(),
                    providers: Vec::new(),
                    block: block("module", vec![name(called)], item.span, item.whole, Body::default()),
                });
            }
            let Some(config) = self.config_mut(path) else { continue };
            let address = Address { data: item.data, kind: name(&item.kind), name: name(&item.name) };
            config.resources.entry(address.clone()).or_insert_with(|| {
                let labels = vec![Arc::clone(&address.kind), Arc::clone(&address.name)];
                let repeated = Repeated::default();
                let block = block("resource", labels, item.span, item.whole, Body::default());
                ResourceBlock { address, repeated, provider: None, block }
            });
        }
    }

    fn config_mut(&mut self, at: Vec<String>) -> Option<&mut Config> {
        let empty = || PlannedModule { config: Arc::default(), dir: None };
        Arc::get_mut(&mut self.modules.entry(at).or_insert_with(empty).config)
    }

    /// A block of the files, without the expressions that differ from the plan's.
    fn joined(&mut self, found: &ResourceBlock, expressions: Option<Raw<'t>>) -> ResourceBlock {
        let planned = expressions.map(json::members).unwrap_or_default();
        let body = &found.block.body;
        let mut kept = Body { json: body.json, ..Body::default() };
        let mut stale = 0;
        for attribute in &body.attributes {
            let raw = planned.iter().find(|(n, _)| *n == *attribute.name).map(|(_, raw)| *raw);
            if config::META.contains(&&*attribute.name) || agrees(attribute, raw) {
                kept.attributes.push(attribute.clone());
            } else {
                stale += 1;
                if let Some(raw) = raw {
                    kept.attributes.push(Attribute { value: Arc::new(self.expression(raw)), ..attribute.clone() });
                }
            }
        }
        if stale == 0 {
            return found.clone();
        }
        self.stale += stale;
        kept.blocks.clone_from(&body.blocks);
        let whole = &found.block;
        let block = block(&whole.kind, whole.labels.clone(), whole.header, whole.whole, kept);
        ResourceBlock { block, ..found.clone() }
    }

    fn resource(&mut self, address: &Address, read: &ConfiguredResource<'t>, raw: Raw<'t>) -> ResourceBlock {
        let labels = vec![Arc::clone(&address.kind), Arc::clone(&address.name)];
        let body = read.expressions.map(|raw| self.body(raw, 0)).unwrap_or_default();
        let file = self.reader.file;
        let key = read.provider_config_key.as_deref().unwrap_or("");
        let key = key.rsplit_once(':').map_or(key, |(_, key)| key);
        ResourceBlock {
            address: address.clone(),
            repeated: self.repeated(read.count_expression, read.for_each_expression),
            provider: key.contains('.').then(|| key.to_owned()),
            block: block("resource", labels, span(read.address, file), span(raw, file), body),
        }
    }

    fn call(
        &mut self,
        called: &str,
        read: &ConfiguredCall<'t>,
        raw: Raw<'t>,
        providers: &[(String, ProviderConfig<'t>, Span)],
    ) -> ModuleCall {
        let body = read.expressions.map(|raw| self.body(raw, 0)).unwrap_or_default();
        let here = span(raw, self.reader.file);
        // Inside modules, the plan refers to the root's provider configurations by the root's names.
        let handed =
            providers.iter().filter(|(key, ..)| !key.contains(':')).map(|(key, ..)| (key.clone(), key.clone()));
        ModuleCall {
            name: name(called),
            source: read.source.as_deref().map(name),
            source_span: here,
            repeated: self.repeated(read.count_expression, read.for_each_expression),
            providers: handed.collect(),
            block: block("module", vec![name(called)], here, here, body),
        }
    }

    fn repeated(&mut self, count: Option<Raw<'t>>, for_each: Option<Raw<'t>>) -> Repeated {
        let mut expression = |raw: Option<Raw<'t>>| raw.map(|raw| Arc::new(self.expression(raw)));
        Repeated { count: expression(count), for_each: expression(for_each), enabled: None }
    }

    fn providers(
        &mut self,
        config: &mut Config,
        files: Option<&Config>,
        at: &[String],
        planned: &[(String, ProviderConfig<'t>, Span)],
    ) {
        if let Some(files) = files {
            for (key, provider) in &files.providers {
                config.providers.insert(key.clone(), Provider { body: Arc::clone(&provider.body) });
            }
            return;
        }
        let here = at.iter().map(|name| format!("module.{name}")).collect::<Vec<_>>().join(".");
        for (_, provider, place) in planned {
            if provider.module_address.as_deref().unwrap_or("") != here {
                continue;
            }
            let Some(local) = provider.name.as_deref() else { continue };
            let key = provider.alias.as_deref().map_or_else(|| local.to_owned(), |alias| format!("{local}.{alias}"));
            let body = provider.expressions.map(|raw| self.body(raw, 0)).unwrap_or_default();
            let block = block("provider", vec![name(local)], *place, *place, body);
            config.providers.insert(key, Provider { body: block });
        }
    }

    /// The expressions of a block: nested blocks are lists of such, or one where there may only be one.
    fn body(&mut self, raw: Raw<'t>, depth: usize) -> Body {
        let mut out = Body::default();
        if depth > MAX_DEPTH {
            return out;
        }
        for (key, raw) in json::members(raw) {
            let here = span(raw, self.reader.file);
            let blocks: Vec<Raw<'t>> = match raw.get().as_bytes().first() {
                Some(b'[') => json::items(raw),
                _ if is_expression(raw) => {
                    let value = Arc::new(self.argument(&key, raw));
                    out.attributes.push(Attribute { name: name(&key), name_span: here, value });
                    continue;
                }
                _ => vec![raw],
            };
            for inner in blocks {
                let here = span(inner, self.reader.file);
                let body = self.body(inner, depth + 1);
                out.blocks.push(block(&key, Vec::new(), here, here, body));
            }
        }
        out
    }

    /// The expression of the argument `name`. Terraform before 1.1 says of a reference only the resource: one that is named for an id is that of its id.
    fn argument(&mut self, name: &str, raw: Raw<'t>) -> Expr {
        if let [only] = &references(raw)[..]
            && let Some(attribute) = attribute_meant(name, only)
            && let Some(read) = crate::syntax::read_expr(&format!("{only}.{attribute}"), span(raw, self.reader.file))
        {
            return read;
        }
        self.expression(raw)
    }

    /// An expression: its value where it is constant; a reference, where it refers to one thing; else an unknown.
    fn expression(&mut self, raw: Raw<'t>) -> Expr {
        if let Some(constant) = json::member(raw, "constant_value") {
            return self.constant(constant);
        }
        let here = span(raw, self.reader.file);
        let references = references(raw);
        let longest: Vec<&String> = references.iter().filter(|r| !is_prefix(r, &references)).collect();
        if let [only] = &longest[..]
            && !only.starts_with("local.")
            && let Some(read) = crate::syntax::read_expr(only, here)
        {
            return read;
        }
        let label = format!(
            "an expression of {}",
            if references.is_empty() { "constants".into() } else { references.join(", ") }
        );
        let call = Call { name: name(&format!("{label}, {}", here.start)), args: Vec::new(), expand: false };
        Expr { span: here, kind: ExprKind::Call(Box::new(call)) }
    }

    fn constant(&self, raw: Raw<'t>) -> Expr {
        literal(&json::value(raw, self.reader.file), span(raw, self.reader.file))
    }
}

/// Blocks inside blocks are read to this depth.
const MAX_DEPTH: usize = 32;

fn block(kind: &str, labels: Vec<Arc<str>>, header: Span, whole: Span, body: Body) -> Arc<Block> {
    Arc::new(Block { kind: name(kind), labels, header, whole, body })
}

/// Whether `raw` is an expression, not a nested block. One with only function calls is `{}`, as an empty block is.
fn is_expression(raw: Raw<'_>) -> bool {
    let members = json::members(raw);
    members.is_empty() || members.iter().any(|(key, _)| key == "constant_value" || key == "references")
}

/// The attribute of the resource at `reference` that the argument `name` takes, where the reference is to a resource as a whole.
fn attribute_meant(name: &str, reference: &str) -> Option<&'static str> {
    let names = reference.split('[').next()?.split('.').collect::<Vec<_>>();
    let is_resource = match &names[..] {
        ["data", kind, _] | [kind, _] => kind.contains('_'),
        _ => false,
    };
    if !is_resource {
        return None;
    }
    match name {
        "principal_id" | "object_id" => Some("identity[0].principal_id"),
        "scope" | "source_uri" => Some("id"),
        _ => name.ends_with("_id").then_some("id"),
    }
}

/// The references of an expression, without those that are a beginning of another.
fn references(raw: Raw<'_>) -> Vec<String> {
    let list = json::member(raw, "references").map(json::items).unwrap_or_default();
    list.into_iter().filter_map(json::text).collect()
}

fn is_prefix(reference: &str, all: &[String]) -> bool {
    all.iter().any(|other| other.strip_prefix(reference).is_some_and(|rest| rest.starts_with(['.', '['])))
}

/// Whether an attribute of the files refers to the same things as the plan's.
fn agrees(attribute: &Attribute, planned: Option<Raw<'_>>) -> bool {
    let mut here = BTreeSet::new();
    attribute.value.references(&mut |name| {
        here.insert(name);
    });
    let Some(raw) = planned else { return false };
    if !is_expression(raw) {
        return true; // an attribute that is blocks in the provider's schema
    }
    let there: BTreeSet<String> = references(raw).iter().map(|r| head(r)).collect();
    here == there
}

/// The resource, variable, local or module that a reference is to.
fn head(reference: &str) -> String {
    let parts = if reference.starts_with("data.") { 3 } else { 2 };
    let names = reference.split('.').take(parts).map(|p| p.split('[').next().unwrap_or(p));
    names.collect::<Vec<_>>().join(".")
}

/// A value that is known in full as an expression.
fn literal(value: &Value, at: Span) -> Expr {
    let here = value.span().unwrap_or(at);
    let kind = match &value.kind {
        Kind::Array(array) => ExprKind::Array(array.items.iter().map(|item| literal(item, here)).collect()),
        Kind::Object(object) => {
            let pair = |(key, entry): (&Arc<str>, &cmklint_graph::Entry)| {
                let key = Expr { span: here, kind: ExprKind::Literal(Literal::String(Arc::clone(key))) };
                (key, literal(&entry.value, here))
            };
            ExprKind::Object(object.entries.iter().map(pair).collect())
        }
        _ => ExprKind::Literal(value.as_literal().unwrap_or(Literal::Null)),
    };
    Expr { span: here, kind }
}
