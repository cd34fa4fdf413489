//! Module instances: their inputs, outputs and provider configurations.

use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::{Kind, Object, StepKind, Symbol, Value, concat};
use cmklint_source::{Diagnostic, Span};

use crate::config::types::Type;
use crate::config::{self, Address, Config, ModuleCall};
use crate::eval::{Evaluator, Expansion, InstanceId, ModuleId, Scope};
use crate::functions::convert;
use crate::options::CallModules;
use crate::syntax::ast::{Body, Step, StepKind as Access};
use crate::values::{self, error, prune};

/// One instance of a module.
#[derive(Debug)]
pub(crate) struct Module {
    pub(crate) dir: String,
    pub(crate) config: Arc<Config>,
    /// With a dot behind it; empty for the root.
    pub(crate) address: String,
    /// The calling module, the call, and the scope its arguments are evaluated in.
    pub(crate) call: Option<(ModuleId, Arc<str>, Scope)>,
    /// Values of variables given from outside; for the root only.
    pub(crate) inputs: BTreeMap<String, Value>,
    /// The calls that lead here, outermost first.
    pub(crate) calls: Vec<(Span, Arc<str>)>,
    /// Whether it is there.
    pub(crate) condition: Value,
}

/// Which provider configuration a resource uses, seen from the root of its deployment.
#[derive(Clone, Debug)]
pub(crate) struct Configuration {
    pub(crate) subscription: Value,
    pub(crate) tenant: Value,
    /// Names it among the deployment's configurations.
    key: String,
}

impl Evaluator<'_> {
    /// The value of the variable `name` of `module`.
    pub(crate) fn variable(&mut self, module: ModuleId, name: &Arc<str>, span: Span) -> Value {
        let Some(config) = self.module(module).map(|m| Arc::clone(&m.config)) else { return error(span, "no module") };
        let Some(variable) = config.variables.get(name) else {
            let message = format!("variable '{name}' is not declared in this module");
            self.say(Diagnostic::warning("undeclared", message, span));
            // Its declaration may be in a file that isn't here.
            return self.symbol(module, &format!("var.{name}"), format!("variable {}{name}", self.prefix(module)));
        };
        let what = format!("variable '{name}'");
        self.once_variable(module, name, span, &what, |at| {
            let unknown = |at: &Self| {
                let value = at.symbol(module, &format!("var.{name}"), format!("variable {}{name}", at.prefix(module)));
                match (&value.kind, &variable.allowed) {
                    (Kind::Symbol(symbol), Some(allowed)) => {
                        Value::symbol(symbol.with_allowed(allowed.iter().cloned()))
                    }
                    _ => value,
                }
            };
            let given = at.given(module, name);
            let given = given.filter(|value| !value.is_null() || variable.nullable);
            let value = match (given, &variable.default) {
                (Some(value), _) => value,
                (None, Some(default)) => at.eval(default, &Scope::of(module)).via(
                    default.span,
                    StepKind::Default,
                    format!("variable {name}"),
                ),
                (None, None) => return unknown(at),
            };
            convert::to_type(at, &prune(&value), &variable.ty, module)
        })
    }

    /// What the caller, or the outside, gives the variable.
    fn given(&mut self, module: ModuleId, name: &Arc<str>) -> Option<Value> {
        let (caller, call, scope) = match &self.module(module)?.call {
            None => return self.module(module)?.inputs.get(&**name).cloned(),
            Some((caller, call, scope)) => (*caller, Arc::clone(call), scope.clone()),
        };
        let config = Arc::clone(&self.module(caller)?.config);
        let attribute = config.calls.get(&call)?.block.body.get(name)?;
        let value = prune(&self.eval(&attribute.value, &scope));
        Some(value.via(attribute.value.span, StepKind::Argument, Arc::clone(&attribute.name)))
    }

    /// The value of the local `name` of `module`.
    pub(crate) fn local(&mut self, module: ModuleId, name: &Arc<str>, span: Span) -> Value {
        let Some(config) = self.module(module).map(|m| Arc::clone(&m.config)) else { return error(span, "no module") };
        let Some(local) = config.locals.get(name) else {
            let message = format!("local '{name}' is not declared in this module");
            self.say(Diagnostic::warning("undeclared", message, span));
            return self.symbol(module, &format!("local.{name}"), format!("local {}{name}", self.prefix(module)));
        };
        let what = format!("local '{name}'");
        self.once_local(module, name, local.name_span, &what, |at| {
            let value = at.eval(&local.value, &Scope::of(module));
            value.via(local.value.span, StepKind::Variable, format!("local.{name}"))
        })
    }

    /// The value of the output `name` of `module`.
    fn output(&mut self, module: ModuleId, name: &Arc<str>, span: Span) -> Value {
        let Some(config) = self.module(module).map(|m| Arc::clone(&m.config)) else { return error(span, "no module") };
        let Some(output) = config.outputs.get(name) else { return error(span, "an output that isn't declared") };
        let what = format!("output '{name}'");
        self.once_output(module, name, span, &what, |at| match &output.value {
            Some(value) => {
                let place = value.span;
                at.eval(value, &Scope::of(module)).via(place, StepKind::Output, Arc::clone(name))
            }
            None => Value::null(),
        })
    }

    /// `module.NAME` followed by `steps`.
    pub(crate) fn module_reference(&mut self, name: &Arc<str>, steps: &[Step], scope: &Scope, span: Span) -> Value {
        let Some(expansion) = self.module_expansion(scope.module, name, span) else {
            let unknown = self.symbol(scope.module, &format!("module.{name}"), format!("module {name}"));
            return self.follow(unknown, steps, scope);
        };
        // One output of one instance: the others are not asked for, since they may depend on this very value.
        let (instance, rest) = match steps {
            [Step { kind: Access::Index(key), .. }, rest @ ..] => {
                let key = prune(&self.eval(key, scope));
                match &key.kind {
                    Kind::Choice(_) => (None, steps),
                    _ => (self.instance_at(&expansion, &key), rest),
                }
            }
            _ if expansion.repeat == crate::eval::Repeat::Single => (expansion.instances.first().copied(), steps),
            _ => (None, steps),
        };
        if let (Some(instance), [Step { kind: Access::Attribute(output), .. }, rest @ ..]) = (instance, rest)
            && let Some(made) = self.instances.get(instance.0).and_then(|i| i.made)
        {
            let value = self.output(made, output, span);
            return self.follow(value, rest, scope);
        }
        let whole = self.collect(&expansion, span, |at, id| at.outputs(id, span));
        self.follow(whole, steps, scope)
    }

    fn outputs(&mut self, id: InstanceId, span: Span) -> Value {
        let Some(module) = self.instances.get(id.0).and_then(|i| i.made) else { return error(span, "no module") };
        let Some(config) = self.module(module).map(|m| Arc::clone(&m.config)) else { return error(span, "no module") };
        let mut object = Object::default();
        for name in config.outputs.keys() {
            object.insert(Arc::clone(name), None, prune(&self.output(module, name, span)));
        }
        Value::object(object)
    }

    /// The instances of the call `name` in `module`, each with its module; `None` where the module isn't looked into.
    pub(crate) fn module_expansion(&mut self, module: ModuleId, name: &Arc<str>, span: Span) -> Option<Arc<Expansion>> {
        let key = (module, Arc::clone(name));
        if let Some(done) = self.module_expansions.get(&key) {
            return done.clone();
        }
        let config = Arc::clone(&self.module(module)?.config);
        let Some(call) = config.calls.get(name) else {
            let message = format!("module '{name}' is not called in this module");
            self.say(Diagnostic::warning("undeclared", message, span));
            return None;
        };
        let dir = self.folder_of(module, call)?;
        self.module_expansions.insert(key.clone(), None);
        let expansion = self.call_expansion(module, &call.repeated, name, call.block.header);
        let config = config::load(&dir, self.sources, &self.options.cache);
        for id in &expansion.instances {
            if self.modules.len() >= self.options.limits.modules {
                let message = "the deployment has too many module instances; the others are left out";
                self.say(Diagnostic::warning("too-many-modules", message, call.block.header));
                break;
            }
            let Some(instance) = self.instances.get(id.0) else { continue };
            let Some(parent) = self.module(module) else { continue };
            let mut calls = parent.calls.clone();
            calls.push((call.block.header, Arc::clone(name)));
            let made = Module {
                dir: dir.clone(),
                config: Arc::clone(&config),
                address: format!("{}.", instance.address),
                call: Some((module, Arc::clone(name), instance.scope.clone())),
                inputs: BTreeMap::new(),
                calls,
                condition: values::and(&parent.condition, &instance.condition),
            };
            let made_id = ModuleId(self.modules.len());
            self.modules.push(made);
            if let Some(instance) = self.instances.get_mut(id.0) {
                instance.made = Some(made_id);
            }
        }
        let expansion = Arc::new(expansion);
        self.module_expansions.insert(key, Some(Arc::clone(&expansion)));
        Some(expansion)
    }

    /// The folder of the module that `call` calls, where it is to be looked into and its files are there.
    fn folder_of(&mut self, module: ModuleId, call: &ModuleCall) -> Option<String> {
        let caller = self.module(module)?;
        let (dir, depth) = (caller.dir.clone(), caller.calls.len());
        let source = call.source.clone()?;
        if self.options.call_modules == CallModules::None || self.options.ignored_modules.iter().any(|s| **s == *source)
        {
            return None;
        }
        if !is_local(&source) {
            let message = format!("module '{}' is not local: what it makes is not known", call.name);
            self.say(Diagnostic::note("module-not-local", message, call.source_span));
            return None;
        }
        let target = cmklint_source::join(&dir, &source);
        let found = target.filter(|dir| self.sources.files_in(dir).iter().any(|f| config::is_configuration(f)));
        let Some(target) = found else {
            let message = format!("the module at '{source}' is not there");
            self.say(Diagnostic::warning("module-not-found", message, call.source_span));
            return None;
        };
        let mut at = Some(module);
        while let Some(id) = at {
            let Some(ancestor) = self.module(id) else { break };
            if ancestor.dir == target {
                let message = format!("module '{}' calls itself by way of '{source}'", call.name);
                self.say(Diagnostic::error("module-cycle", message, call.source_span));
                return None;
            }
            at = ancestor.call.as_ref().map(|(caller, ..)| *caller);
        }
        if depth >= self.options.limits.module_depth {
            let message = "modules call one another too deeply; this one is not looked into";
            self.say(Diagnostic::warning("too-deep", message, call.source_span));
            return None;
        }
        Some(target)
    }

    /// The provider configuration that a block of `module` uses: the one it names, else the default one of `local_name`.
    pub(crate) fn configuration(&mut self, module: ModuleId, local_name: &str, named: Option<&str>) -> Configuration {
        let mut name = named.unwrap_or(local_name).to_owned();
        let mut at = module;
        let declared = loop {
            let Some(here) = self.module(at) else { break None };
            if let Some(provider) = here.config.providers.get(&name) {
                break Some(Arc::clone(&provider.body));
            }
            let Some((caller, call, _)) = here.call.clone() else { break None };
            let handed = self.module(caller).and_then(|m| {
                m.config
                    .calls
                    .get(&call)?
                    .providers
                    .iter()
                    .find(|(inner, _)| *inner == name)
                    .map(|(_, outer)| outer.clone())
            });
            match handed {
                Some(outer) => name = outer,
                None if name.contains('.') => break None, // only default configurations are inherited
                None => {}
            }
            at = caller;
        };
        let scope = Scope::of(at);
        let stated = |at: &mut Self, attribute: &str| {
            let value = declared.as_ref().and_then(|block| block.body.get(attribute)).map(|a| {
                let value = prune(&at.eval(&a.value, &scope));
                value.via(a.value.span, StepKind::Attribute, Arc::clone(&a.name))
            });
            value.filter(|v| !v.is_null() && v.as_str() != Some(""))
        };
        // Default configurations that state nothing take the caller's own account, whichever provider they are of.
        let key = match name.split_once('.') {
            Some(_) => format!("{}provider.{name}", self.prefix(at)),
            None => "provider".to_owned(),
        };
        let root = ModuleId(0);
        let subscription = stated(self, "subscription_id").unwrap_or_else(|| {
            self.symbol(root, &format!("{key}.subscription_id"), format!("the subscription of provider {name}"))
        });
        let tenant = stated(self, "tenant_id")
            .unwrap_or_else(|| self.symbol(root, "provider.tenant_id", format!("the tenant of provider {name}")));
        Configuration { subscription, tenant, key }
    }

    /// Attributes of data sources that only tell what the provider knows.
    pub(crate) fn well_known(&mut self, address: &Address, id: InstanceId, object: &mut Object) {
        let Some(instance) = self.instances.get(id.0) else { return };
        let (module, block) = (instance.module, instance.block);
        if !address.data
            || !matches!(&*address.kind, "azurerm_client_config" | "azurerm_subscription" | "azapi_client_config")
        {
            return;
        }
        let named = block.and_then(|block| self.with_block(module, block, |_, b| b.provider.clone())).flatten();
        let local_name = if address.kind.starts_with("azapi") { "azapi" } else { "azurerm" };
        let configuration = self.configuration(module, local_name, named.as_deref());
        let subscription = match object.entries.get("subscription_id") {
            Some(stated) => stated.value.clone(),
            None => configuration.subscription.clone(),
        };
        let id = concat(&[Value::string("/subscriptions/"), subscription.clone()]);
        let own = |what: &str, label: &str| {
            Value::symbol(Symbol::new(format!("{}:{}.{what}", self.id, configuration.key), label))
        };
        object.insert("tenant_id", None, configuration.tenant.clone());
        if &*address.kind != "azurerm_subscription" {
            object.insert("object_id", None, own("object_id", "the caller's object id"));
            object.insert("client_id", None, own("client_id", "the caller's client id"));
        } else {
            object.insert("id", None, id);
        }
        object.insert("subscription_id", None, subscription);
    }
}

/// Whether `source` is a path, as Terraform tells it.
pub(crate) fn is_local(source: &str) -> bool {
    source.starts_with("./")
        || source.starts_with("../")
        || source == "."
        || source == ".."
        || source.starts_with(".\\")
        || source.starts_with("..\\")
}

/// The values that the attributes of a variables file give, by name.
pub(crate) fn inputs_of(evaluator: &mut Evaluator<'_>, body: &Body, out: &mut BTreeMap<String, Value>) {
    for attribute in &body.attributes {
        let value = evaluator.eval(&attribute.value, &Scope::of(ModuleId(0)));
        let value = value.via(attribute.value.span, StepKind::Input, Arc::clone(&attribute.name));
        out.insert(attribute.name.to_string(), value);
    }
}

/// The value of the variable `name` of the root as the command line gives it: text where the variable is text or its type is
/// left out, else an expression.
pub(crate) fn input_of(evaluator: &mut Evaluator<'_>, name: &str, text: &str) -> Option<Value> {
    let root = ModuleId(0);
    let config = Arc::clone(&evaluator.module(root)?.config);
    let variable = config.variables.get(name)?;
    let parsed = match variable.ty {
        Type::String | Type::Any => None,
        _ => crate::syntax::read_expr(text, variable.header),
    };
    let value = match parsed {
        Some(expr) => prune(&evaluator.eval(&expr, &Scope::of(root))),
        None => Value::string(text),
    };
    Some(value.via(variable.header, StepKind::Input, format!("--var {name}")))
}
