//! Module instances: their inputs and outputs.

mod installed;
mod own;
mod provider;
mod requirements;
mod source;

use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::{Kind, Literal, Object, StepKind, Symbol, Value, without_placeholders};
use cmklint_source::{Diagnostic, FileId, Severity, Span};
use rustc_hash::FxHashSet;

use crate::config::allowed_values;
use crate::config::types::Type;
use crate::config::{self, Config, ModuleCall, Variable};
use crate::eval::{Evaluable, Evaluator, Expansion, InstanceId, ModuleId, Repeat, Scope};
use crate::functions::convert;
use crate::functions::types::is_null;
use crate::given_values::GivenValues;
use crate::known;
use crate::syntax::ast::{Step, StepKind as Access};
use crate::values::{self, error, is_error, prune};
pub(crate) use installed::Manifest;
pub(crate) use own::{Asking, own_folder, own_module};
use source::ModuleLocation;
pub(crate) use source::{is_local, registry_module};

/// The approximate size in bytes of an output in the value of a module.
const OUTPUT_BYTES: usize = 96;

/// One instance of a module.
#[derive(Debug)]
pub(crate) struct Module {
    pub(crate) dir: String,
    pub(crate) config: Arc<Config>,
    /// The address with a trailing dot; empty for the root.
    pub(crate) address: String,
    /// The calling module, the call, and the scope in which its arguments are evaluated.
    pub(crate) call: Option<(ModuleId, Arc<str>, Scope)>,
    /// Values of variables given from outside; for the root only.
    pub(crate) inputs: GivenValues,
    /// The calls that lead here, outermost first.
    pub(crate) calls: Vec<(Span, Arc<str>)>,
    /// Whether it exists.
    pub(crate) condition: Value,
    /// Who owns its configuration.
    pub(crate) owner: Owner,
}

impl Module {
    /// The root module of a deployment.
    pub(crate) fn root(dir: &str, config: Arc<Config>) -> Self {
        Self {
            dir: dir.to_owned(),
            config,
            address: String::new(),
            call: None,
            inputs: GivenValues::default(),
            calls: Vec::new(),
            condition: Value::bool(true),
            owner: Owner::Own,
        }
    }
}

/// Who owns a module's configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owner {
    /// The user's own tree.
    #[default]
    Own,
    /// Installed from elsewhere: the user can open it, but change only the arguments of its call.
    Installed,
    /// A stand-in for a module whose files are not in the tree: there is no file to open.
    StandIn,
}

/// Modules that are not local.
#[derive(Debug, Default)]
pub(crate) struct Remote {
    /// The manifest of what `terraform init` installed.
    pub(crate) manifest: Option<Arc<Manifest>>,
    /// The files of installed modules.
    pub(crate) installed: FxHashSet<FileId>,
    /// The files of stand-ins.
    pub(crate) stand_ins: FxHashSet<FileId>,
}

impl Remote {
    /// `diagnostics` without those of stand-ins. Those of installed modules, which the user can't change, are one severity lower.
    pub(crate) fn adjusted(&self, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let of = |files: &FxHashSet<FileId>, d: &Diagnostic| d.span.is_some_and(|span| files.contains(&span.file));
        let shown = diagnostics.into_iter().filter(|d| !of(&self.stand_ins, d)).map(|mut d| {
            if of(&self.installed, &d) {
                d.severity = if d.severity == Severity::Error { Severity::Warning } else { Severity::Note };
            }
            d
        });
        shown.collect()
    }
}

impl Evaluator<'_> {
    /// The value of the variable `name` of `module`.
    pub(crate) fn variable(&mut self, module: ModuleId, name: &Arc<str>, span: Span) -> Value {
        let Some(config) = self.module(module).map(|m| Arc::clone(&m.config)) else { return error(span, "no module") };
        let Some(variable) = config.variables.get(name) else {
            let message = format!("variable '{name}' is not declared in this module");
            self.say(Diagnostic::warning("undeclared", message, span));
            // Its declaration may be in a file that isn't in the tree.
            return self.symbol(module, &format!("var.{name}"), format!("variable {}{name}", self.prefix(module)));
        };
        let what = format!("variable '{name}'");
        self.once(Evaluable::Variable(module, Arc::clone(name)), span, &what, |at| {
            let unknown = |at: &mut Self| {
                let value = at.symbol(module, &format!("var.{name}"), format!("variable {}{name}", at.prefix(module)));
                if let Kind::Symbol(symbol) = &value.kind {
                    at.set_type(symbol, variable.ty.known());
                }
                let Kind::Symbol(symbol) = value.kind else { return value };
                Value::symbol(at.with_what_is_declared(module, name, variable, symbol))
            };
            let given = at.given(module, name);
            let given = given.filter(|value| !is_null(value) || variable.nullable);
            let value = match (given, &variable.default) {
                (Some(value), _) => value,
                (None, Some(default)) => at.eval(default, &Scope::of(module)).all_via(
                    default.span,
                    StepKind::Default,
                    format!("variable {name}"),
                ),
                (None, None) => return unknown(at),
            };
            convert::to_type(at, &without_placeholders(&prune(&value)), &variable.ty, module)
        })
    }

    /// `symbol`, which nothing gives a value, with what the declaration of its variable says that it may be.
    fn with_what_is_declared(
        &mut self,
        module: ModuleId,
        name: &Arc<str>,
        variable: &Variable,
        mut symbol: Symbol,
    ) -> Symbol {
        let config = self.module(module).map(|module| Arc::clone(&module.config));
        let allowed = config.and_then(|config| allowed_values(&config, name, variable));
        if let Some(allowed) = allowed {
            symbol = symbol.with_allowed(allowed);
        } else if matches!(variable.ty, Type::Bool) {
            let null = variable.nullable.then_some(Literal::Null);
            symbol = symbol.with_allowed([true, false].map(Literal::Bool).into_iter().chain(null));
        }
        if !variable.nullable {
            symbol = symbol.that_is_never_null();
        }
        for condition in &variable.validations {
            // The variable is being evaluated: the condition is given its symbol.
            let mut variables = Object::default();
            variables.insert(Arc::clone(name), None, Value::symbol(symbol.clone()));
            let scope = Scope::of(module).bind(&"var".into(), Value::object(variables));
            let told = self.diagnostics.len();
            let required = values::truth(&prune(&self.eval_apart(condition, &scope)));
            self.diagnostics.truncate(told);
            if !is_error(&required) {
                symbol = symbol.that_requires(required);
            }
        }
        symbol
    }

    /// The value that the caller, or a source from outside, gives the variable.
    fn given(&mut self, module: ModuleId, name: &Arc<str>) -> Option<Value> {
        let (caller, call, scope) = match &self.module(module)?.call {
            None => return self.module(module)?.inputs.get_or_rest(name),
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
        self.once(Evaluable::Local(module, Arc::clone(name)), local.name_span, &what, |at| {
            let value = at.eval(&local.value, &Scope::of(module));
            value.via(local.value.span, StepKind::Variable, format!("local.{name}"))
        })
    }

    /// The value of the output `name` of `module`.
    pub(crate) fn output(&mut self, module: ModuleId, name: &Arc<str>, span: Span) -> Value {
        let Some(config) = self.module(module).map(|m| Arc::clone(&m.config)) else { return error(span, "no module") };
        let Some(output) = config.outputs.get(name) else {
            if self.is_stand_in(module) {
                return self.symbol(module, &format!("output.{name}"), format!("{}{name}", self.prefix(module)));
            }
            return error(span, "an output that isn't declared");
        };
        let what = format!("output '{name}'");
        self.once(Evaluable::Output(module, Arc::clone(name)), span, &what, |at| match &output.value {
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
        // One output of one instance: the others are not evaluated, since they may depend on this value.
        let (instance, rest) = match steps {
            [Step { kind: Access::Index(key), .. }, rest @ ..] => {
                let key = prune(&self.eval(key, scope));
                match &key.kind {
                    Kind::Choice(_) => (None, steps),
                    _ => (self.instance_at(&expansion, &key), rest),
                }
            }
            _ if expansion.repeat == Repeat::Single => (expansion.instances.first().copied(), steps),
            _ => (None, steps),
        };
        if let (Some(instance), [Step { kind: Access::Attribute(output), .. }, rest @ ..]) = (instance, rest)
            && let Some(made) = self.instances.get(instance.0).and_then(|i| i.made)
        {
            let value = self.output(made, output, span);
            return self.follow(value, rest, scope);
        }
        // One output of all instances, which are known one by one and are no map.
        if let [splat, Step { kind: Access::Attribute(output), .. }, ..] = steps
            && matches!(splat.kind, Access::FullSplat | Access::AttributeSplat)
            && expansion.unknown.is_none()
            && expansion.repeat != Repeat::ForEach
        {
            if !self.pay(expansion.instances.len(), expansion.instances.len() * OUTPUT_BYTES, span) {
                return self.opaque(span, "the outputs of too many instances");
            }
            let output = Arc::clone(output);
            let whole = self.collect(&expansion, |at, id| at.outputs(id, Some(&output), span));
            return self.follow(whole, steps, scope);
        }
        let whole = self.whole_module(scope.module, name, &expansion, span);
        self.follow(whole, steps, scope)
    }

    /// All outputs of all instances of the call `name` in `module`.
    fn whole_module(&mut self, module: ModuleId, name: &Arc<str>, expansion: &Expansion, span: Span) -> Value {
        let key = (module, Arc::clone(name));
        if let Some(known) = self.wholes.get(&key) {
            return known.clone();
        }
        let mut parts = expansion.instances.len();
        let mut is_running = false;
        for id in &expansion.instances {
            let Some(made) = self.instances.get(id.0).and_then(|instance| instance.made) else { continue };
            let Some(config) = self.module(made).map(|module| Arc::clone(&module.config)) else { continue };
            parts += config.outputs.len();
            is_running |= config.outputs.keys().any(|name| self.is_running(&Evaluable::Output(made, Arc::clone(name))));
        }
        if !self.pay(parts, parts * OUTPUT_BYTES, span) {
            return self.opaque(span, "the outputs of too many instances");
        }
        let whole = self.collect(expansion, |at, id| at.outputs(id, None, span));
        // An output that is being computed is not known here, and is known later.
        if !is_running && self.has_steps() {
            self.wholes.insert(key, whole.clone());
        }
        whole
    }

    /// The values of the outputs of `module` that have one.
    pub(crate) fn outputs_of(&mut self, module: ModuleId) -> BTreeMap<Arc<str>, Value> {
        let Some(config) = self.module(module).map(|m| Arc::clone(&m.config)) else { return BTreeMap::new() };
        let stated = config.outputs.iter().filter_map(|(name, output)| Some((name, output.value.as_ref()?.span)));
        stated.map(|(name, span)| (Arc::clone(name), prune(&self.output(module, name, span)))).collect()
    }

    /// The outputs of the instance `id` of a module call; `only` that one, where it is asked for.
    fn outputs(&mut self, id: InstanceId, only: Option<&Arc<str>>, span: Span) -> Value {
        let Some(module) = self.instances.get(id.0).and_then(|i| i.made) else { return error(span, "no module") };
        let Some(config) = self.module(module).map(|m| Arc::clone(&m.config)) else { return error(span, "no module") };
        let mut object = Object::default();
        let wanted: Vec<&Arc<str>> = match only {
            Some(name) => config.outputs.get_key_value(name).map(|(name, _)| name).into_iter().collect(),
            None => config.outputs.keys().collect(),
        };
        for name in wanted {
            object.insert(Arc::clone(name), None, prune(&self.output(module, name, span)));
        }
        if self.is_stand_in(module)
            && let Kind::Symbol(rest) = self.symbol(module, "output", self.prefix(module).trim_end_matches('.')).kind
        {
            object.rest = Some(rest);
        }
        Value::object(object)
    }

    /// Whether `module` is a stand-in for one whose files are not in the tree.
    fn is_stand_in(&self, module: ModuleId) -> bool {
        self.module(module).is_some_and(|m| m.owner == Owner::StandIn)
    }

    /// The instances of the call `name` in `module`, each with its module; `None` where the module isn't read.
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
        let caller = self.module(module).map_or(Owner::Own, |m| m.owner);
        let planned = self.surroundings.called_module(self, module, name);
        let planned = planned.map(|planned| (planned.dir, planned.config, caller));
        let found = if planned.is_some() { None } else { Some(self.find(module, call)?) };
        self.module_expansions.insert(key.clone(), None);
        let expansion = self.call_expansion(module, &call.repeated, name, call.block.header);
        let called = planned.or_else(|| Some(self.called(module, call, found?)));
        let (dir, config, owner) = called?;
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
                inputs: GivenValues::default(),
                calls,
                condition: values::and(&parent.condition, &instance.condition)
                    .decided_by(parent.condition.trail.given())
                    .decided_by(instance.condition.trail.given()),
                owner,
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

    /// Folder, configuration and owner of the module that a call from `module` found.
    fn called(&mut self, module: ModuleId, call: &ModuleCall, found: ModuleLocation) -> (String, Arc<Config>, Owner) {
        let caller = self.module(module).map_or(Owner::Own, |m| m.owner);
        let (dir, owner) = match found {
            ModuleLocation::Known(known) => {
                let (config, file) = known::load(known, &own::given(call), self.sources, &self.options.cache);
                self.remote.stand_ins.insert(file);
                return (known.name.to_owned(), config, Owner::StandIn);
            }
            ModuleLocation::Installed(dir) => (dir, Owner::Installed),
            ModuleLocation::Folder(dir) => (dir, caller),
        };
        let config = config::load(&dir, self.sources, &self.options.cache);
        if owner == Owner::Installed {
            let names = self.sources.files_in(&dir).into_iter().filter(|n| config::is_configuration(n));
            let files = names.filter_map(|name| self.sources.loaded(&format!("{dir}/{name}")));
            self.remote.installed.extend(files.map(|file| file.id()));
        }
        (dir, config, owner)
    }
}
