//! Which blocks wait for which others: by what their expressions refer to, and by `depends_on`, their own and that of the module calls around them. In
//! Terraform the order
//! is one of blocks and calls, not of their instances.
//! <https://developer.hashicorp.com/terraform/internals/graph>

use std::sync::Arc;

use cmklint_graph::{Order, SpelledName, Spelling, Vertex};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::config::{Config, ModuleCall, Repeated};
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
    /// The addresses of the modules that are read, without instance keys.
    modules: FxHashSet<Arc<str>>,
}

/// The order of the blocks of the deployment; `None` where computing it costs too much.
pub(crate) fn order(evaluator: &mut Evaluator<'_>) -> Option<Order> {
    let modules: Vec<(Arc<str>, Arc<Config>, Owner)> =
        evaluator.modules.iter().map(|m| (without_keys(&m.address), Arc::clone(&m.config), m.owner)).collect();
    let known = modules.iter().map(|(path, ..)| Arc::clone(path)).collect();
    let mut blocks = Blocks { evaluator, order: Order::default(), vertices: FxHashMap::default(), modules: known };
    let mut seen = FxHashSet::default();
    for (path, config, owner) in &modules {
        if seen.insert(Arc::clone(path)) {
            blocks.module(path, config, *owner)?;
        }
    }
    blocks.nodes();
    Some(blocks.order)
}

impl Blocks<'_, '_> {
    fn vertex(&mut self, path: &Arc<str>, name: &str) -> Vertex {
        let order = &mut self.order;
        *self.vertices.entry((Arc::clone(path), name.to_owned())).or_insert_with(|| order.vertex())
    }

    fn module(&mut self, path: &Arc<str>, config: &Config, owner: Owner) -> Option<()> {
        let begin = self.vertex(path, BEGIN);
        if owner == Owner::StandIn {
            self.order.wait_for_unknown(begin); // the module itself is not read
        }
        for (name, local) in &config.locals {
            let vertex = self.vertex(path, &format!("local.{name}"));
            self.expression(path, vertex, &local.value)?;
        }
        for (name, output) in &config.outputs {
            let vertex = self.vertex(path, &format!("output.{name}"));
            self.order.wait(vertex, begin);
            for expr in [&output.value, &output.depends_on].into_iter().flatten() {
                self.expression(path, vertex, expr)?;
            }
        }
        for (name, provider) in &config.providers {
            if matches!(name.split('.').next(), Some("azurerm" | "azapi")) {
                self.body(path, begin, &provider.body.body)?;
            }
        }
        for (address, block) in &config.resources {
            let vertex = self.vertex(path, &address.to_string());
            self.order.wait(vertex, begin);
            self.repeated(path, vertex, &block.repeated)?;
            self.body(path, vertex, &block.block.body)?;
        }
        for (name, call) in &config.calls {
            self.call(path, begin, name, call)?;
        }
        self.whole(path, config)
    }

    /// A call, and its arguments.
    fn call(&mut self, path: &Arc<str>, begin: Vertex, name: &str, call: &ModuleCall) -> Option<()> {
        let child: Arc<str> = format!("{path}module.{name}.").into();
        let whole = self.vertex(path, &format!("module.{name}"));
        self.order.wait(whole, begin);
        if !self.modules.contains(&child) {
            // The content of the module is not known: it may wait for all arguments.
            self.repeated(path, whole, &call.repeated)?;
            return self.body(path, whole, &call.block.body);
        }
        let inner = self.vertex(&child, BEGIN);
        self.order.wait(inner, begin);
        self.repeated(path, inner, &call.repeated)?;
        for attribute in &call.block.body.attributes {
            if &*attribute.name == "depends_on" {
                self.expression(path, inner, &attribute.value)?;
            } else {
                let variable = self.vertex(&child, &format!("var.{}", attribute.name));
                self.expression(path, variable, &attribute.value)?;
            }
        }
        Some(())
    }

    /// Everything in the module at `path`, for those that wait for the whole module.
    fn whole(&mut self, path: &Arc<str>, config: &Config) -> Option<()> {
        let Some((around, name)) = split(path) else { return Some(()) };
        let whole = self.vertex(&around, &name);
        let resources = config.resources.keys().map(ToString::to_string);
        let outputs = config.outputs.keys().map(|name| format!("output.{name}"));
        let calls = config.calls.keys().map(|name| format!("module.{name}"));
        let parts: Vec<String> = resources.chain(outputs).chain(calls).collect();
        for part in parts {
            let part = self.vertex(path, &part);
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
            return match self.modules.contains(&child) {
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
