//! Which blocks wait for which others: by what their expressions refer to, and by `depends_on`, their own and that of the module calls around them. In
//! Terraform the order
//! is one of blocks and calls, not of their instances.
//! <https://developer.hashicorp.com/terraform/internals/graph>

use std::sync::Arc;

use cmklint_graph::{Order, SpelledName, Spelling, Vertex};
use rustc_hash::FxHashMap;

use crate::config::{Address, Config, ModuleCall, Repeated};
use crate::eval::{Evaluator, ModuleId};
use crate::modules::Owner;
use crate::syntax::ast::{Body, Expr, ExprKind};

/// The line that makes a block wait.
const LINE: &str = "depends_on = [{}]";

/// Something in a module: `azurerm_managed_disk.d`, `data.T.N`, `var.x`, `local.x`, `output.x`, `module.x` (a call with everything in its module), or the start
/// of the module.
type Name = (Arc<str>, String);

/// The vertex that all blocks of a module wait for.
const BEGIN: &str = "begin";

struct Blocks<'e, 'a> {
    evaluator: &'e mut Evaluator<'a>,
    order: Order,
    vertices: FxHashMap<Name, Vertex>,
    /// Vertices for which is not looked yet what they wait for.
    open: Vec<(Name, Vertex)>,
    /// The modules that are read, by their addresses without instance keys.
    modules: FxHashMap<Arc<str>, (Arc<Config>, Owner)>,
}

/// The order of the blocks of the deployment that are nodes, with all that they wait for; `None` where computing it costs too much. What no node needs is not looked
/// at: roots and their inputs often share large modules of which they use little.
pub(crate) fn order(evaluator: &mut Evaluator<'_>) -> Option<Order> {
    let mut modules = FxHashMap::default();
    for module in &evaluator.modules {
        modules.entry(without_keys(&module.address)).or_insert_with(|| (Arc::clone(&module.config), module.owner));
    }
    let (order, vertices, open) = (Order::default(), FxHashMap::default(), Vec::new());
    let mut blocks = Blocks { evaluator, order, vertices, open, modules };
    blocks.nodes();
    while let Some(((path, name), vertex)) = blocks.open.pop() {
        blocks.needs(&path, &name, vertex)?;
    }
    Some(blocks.order)
}

impl Blocks<'_, '_> {
    fn vertex(&mut self, path: &Arc<str>, name: &str) -> Vertex {
        let name = (Arc::clone(path), name.to_owned());
        if let Some(known) = self.vertices.get(&name) {
            return *known;
        }
        let vertex = self.order.vertex();
        self.vertices.insert(name.clone(), vertex);
        self.open.push((name, vertex));
        vertex
    }

    /// Makes the vertex of `name` in the module at `path` wait for what it needs.
    fn needs(&mut self, path: &Arc<str>, name: &str, vertex: Vertex) -> Option<()> {
        let Some((config, owner)) = self.modules.get(path).cloned() else { return Some(()) };
        if !self.evaluator.pay_unseen(1) {
            return None;
        }
        if name == BEGIN {
            return self.begin(path, vertex, &config, owner);
        }
        if let Some(local) = name.strip_prefix("local.").and_then(|name| config.locals.get(name)) {
            self.expression(path, vertex, &local.value)?;
        }
        if let Some(output) = name.strip_prefix("output.").and_then(|name| config.outputs.get(name)) {
            self.wait_for_begin(path, vertex);
            for expr in [&output.value, &output.depends_on].into_iter().flatten() {
                self.expression(path, vertex, expr)?;
            }
        }
        if let Some(variable) = name.strip_prefix("var.") {
            self.argument(path, vertex, variable)?;
        }
        if let Some(call) = name.strip_prefix("module.") {
            self.call(path, vertex, call, config.calls.get(call))?;
        }
        if let Some(block) = address_of(name).and_then(|address| config.resources.get(&address)) {
            self.wait_for_begin(path, vertex);
            self.repeated(path, vertex, &block.repeated)?;
            self.body(path, vertex, &block.block.body)?;
        }
        Some(())
    }

    fn wait_for_begin(&mut self, path: &Arc<str>, vertex: Vertex) {
        let begin = self.vertex(path, BEGIN);
        self.order.wait(vertex, begin);
    }

    /// The start of the module at `path`, which all of its blocks wait for.
    fn begin(&mut self, path: &Arc<str>, begin: Vertex, config: &Config, owner: Owner) -> Option<()> {
        if owner == Owner::StandIn {
            self.order.wait_for_unknown(begin); // the module itself is not read
        }
        for (name, provider) in &config.providers {
            if matches!(name.split('.').next(), Some("azurerm" | "azapi")) {
                self.body(path, begin, &provider.body.body)?;
            }
        }
        let Some((around, caller, name)) = self.caller(path) else { return Some(()) };
        let Some(call) = caller.calls.get(&*name) else { return Some(()) };
        self.wait_for_begin(&around, begin);
        self.repeated(&around, begin, &call.repeated)?;
        for attribute in call.block.body.attributes.iter().filter(|attribute| &*attribute.name == "depends_on") {
            self.expression(&around, begin, &attribute.value)?;
        }
        Some(())
    }

    /// The argument that the call of the module at `path` gives its variable `name`.
    fn argument(&mut self, path: &Arc<str>, vertex: Vertex, name: &str) -> Option<()> {
        let Some((around, caller, call)) = self.caller(path) else { return Some(()) };
        let Some(call) = caller.calls.get(&*call).filter(|_| name != "depends_on") else { return Some(()) };
        for attribute in call.block.body.attributes.iter().filter(|attribute| &*attribute.name == name) {
            self.expression(&around, vertex, &attribute.value)?;
        }
        Some(())
    }

    /// The module around the one at `path`, its configuration, and the name of the call.
    fn caller(&self, path: &str) -> Option<(Arc<str>, Arc<Config>, String)> {
        let (around, name) = split(path)?;
        let config = Arc::clone(&self.modules.get(&around)?.0);
        Some((around, config, name.strip_prefix("module.")?.to_owned()))
    }

    /// The call `name` in the module at `path` as a whole, with everything in its module: for those that wait for the whole module.
    fn call(&mut self, path: &Arc<str>, whole: Vertex, name: &str, call: Option<&ModuleCall>) -> Option<()> {
        if call.is_some() {
            self.wait_for_begin(path, whole);
        }
        let child: Arc<str> = format!("{path}module.{name}.").into();
        let Some((config, _)) = self.modules.get(&child).cloned() else {
            // The content of the module is not known: it may wait for all arguments.
            let Some(call) = call else { return Some(()) };
            self.repeated(path, whole, &call.repeated)?;
            return self.body(path, whole, &call.block.body);
        };
        let resources = config.resources.keys().map(ToString::to_string);
        let outputs = config.outputs.keys().map(|name| format!("output.{name}"));
        let calls = config.calls.keys().map(|name| format!("module.{name}"));
        for part in resources.chain(outputs).chain(calls) {
            let part = self.vertex(&child, &part);
            self.order.wait(whole, part);
            if !self.evaluator.pay_unseen(1) {
                return None;
            }
        }
        Some(())
    }

    fn repeated(&mut self, path: &Arc<str>, vertex: Vertex, repeated: &Repeated) -> Option<()> {
        for expr in [&repeated.count, &repeated.for_each, &repeated.enabled].into_iter().flatten() {
            self.expression(path, vertex, expr)?;
        }
        Some(())
    }

    fn body(&mut self, path: &Arc<str>, vertex: Vertex, body: &Body) -> Option<()> {
        for attribute in &body.attributes {
            self.expression(path, vertex, &attribute.value)?;
        }
        for block in &body.blocks {
            self.body(path, vertex, &block.body)?;
        }
        Some(())
    }

    /// Makes `vertex` wait for everything that `expr`, in the module at `path`, refers to.
    fn expression(&mut self, path: &Arc<str>, vertex: Vertex, expr: &Expr) -> Option<()> {
        let mut names = Vec::new();
        expr.references_of_outputs(&mut |name| names.push(name));
        if let ExprKind::Array(items) = &expr.kind {
            // Older configurations write `depends_on = ["azurerm_managed_disk.d"]`.
            names.extend(items.iter().filter_map(|item| item.as_text()).map(ToString::to_string));
        }
        for name in names {
            if !self.evaluator.pay_unseen(1) {
                return None;
            }
            if is_name(&name) {
                let other = self.named(path, &name);
                self.order.wait(vertex, other);
            }
        }
        Some(())
    }

    /// The vertex of `name` in the module at `path`: an output of a module that is read, else the name itself.
    fn named(&mut self, path: &Arc<str>, name: &str) -> Vertex {
        if let Some((call, output)) = name.strip_prefix("module.").and_then(|rest| rest.split_once('.')) {
            let child: Arc<str> = format!("{path}module.{call}.").into();
            let output = format!("output.{output}");
            return match self.modules.contains_key(&child) {
                true => self.vertex(&child, &output),
                false => self.vertex(path, &format!("module.{call}")),
            };
        }
        self.vertex(path, name)
    }

    fn nodes(&mut self) {
        for (index, id) in self.evaluator.nodes.clone().into_iter().enumerate() {
            let Some(instance) = self.evaluator.instances.get(id.0) else { continue };
            let (module, block) = (instance.module, instance.block);
            let Some((path, name)) = block.and_then(|block| self.address(module, block)) else { continue };
            let spelling = Spelling { path: steps(&path, &name), line: LINE };
            let vertex = self.vertex(&path, &name);
            self.order.node(index, vertex, spelling);
        }
    }

    fn address(&self, module: ModuleId, block: usize) -> Option<(Arc<str>, String)> {
        let module = self.evaluator.module(module)?;
        let (address, _) = module.config.resources.get_index(block)?;
        Some((without_keys(&module.address), address.to_string()))
    }
}

/// The address of the resource or data source that is called `name` in its module.
fn address_of(name: &str) -> Option<Address> {
    let (data, rest) = name.strip_prefix("data.").map_or((false, name), |rest| (true, rest));
    let (kind, name) = rest.split_once('.')?;
    Some(Address { data, kind: kind.into(), name: name.into() })
}

/// The names of the calls that lead to the module at `path`, then `name`.
fn steps(path: &str, name: &str) -> Vec<SpelledName> {
    let mut out = Vec::new();
    let mut rest = path;
    while let Some(call) = rest.strip_prefix("module.") {
        let (name, after) = call.split_once('.').unwrap_or((call, ""));
        out.push(SpelledName::of(&format!("module.{name}")));
        rest = after;
    }
    out.push(SpelledName::of(name));
    out
}

/// The path of the module around the one at `path`, and the call.
fn split(path: &str) -> Option<(Arc<str>, String)> {
    let inner = path.strip_suffix('.')?;
    let at = inner.rfind("module.")?;
    Some((inner.get(..at)?.into(), inner.get(at..)?.to_owned()))
}

/// Whether `name` may be a resource, data source, variable, local or call.
fn is_name(name: &str) -> bool {
    name.contains('.') && !["each.", "count.", "self.", "path.", "terraform."].iter().any(|own| name.starts_with(own))
}

/// The address of a module without keys: `module.a["x.y"].module.b[0].` gives `module.a.module.b.`.
fn without_keys(address: &str) -> Arc<str> {
    let mut out = String::with_capacity(address.len());
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for c in address.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if depth > 0 => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_their_keys_and_tell_the_calls_that_lead_there() {
        assert_eq!(&*without_keys("module.a[\"x.y]\\\"\"].module.b[0]."), "module.a.module.b.");
        assert_eq!(split("module.a.module.b."), Some(("module.a.".into(), "module.b".to_owned())));
        assert_eq!(split(""), None);
        let all = steps("module.a.module.b.", "azurerm_managed_disk.d");
        assert_eq!(
            all.iter().map(|s| &*s.named).collect::<Vec<_>>(),
            ["module.a", "module.b", "azurerm_managed_disk.d"]
        );
    }

    #[test]
    fn words_of_the_language_are_no_names() {
        assert!(is_name("azurerm_managed_disk.d") && is_name("module.m") && is_name("var.x"));
        assert!(!is_name("each.value") && !is_name("count.index") && !is_name("tags"));
    }
}
