//! Provider configurations: which one a block uses, and what it states.

use std::sync::Arc;

use cmklint_graph::{Kind, Object, StepKind, Symbol, Value, concat};

use crate::config::Address;
use crate::eval::{Evaluator, InstanceId, ModuleId, Scope};
use crate::syntax::ast::{Block, ExprKind, StepKind as Access};
use crate::table;
use crate::values::{self, prune};

/// The provider configuration that a resource uses, as a configuration of the root of its deployment.
#[derive(Clone, Debug)]
pub(crate) struct Configuration {
    pub(crate) subscription: Value,
    pub(crate) tenant: Value,
    /// Its key among the deployment's configurations.
    key: String,
}

impl Evaluator<'_> {
    /// The provider configuration that a block of `module` uses: the one it names, else the default one of `local_name`.
    pub(crate) fn configuration(&mut self, module: ModuleId, local_name: &str, named: Option<&str>) -> Configuration {
        let mut name = named.unwrap_or(local_name).to_owned();
        let mut at = module;
        let declared = loop {
            let Some(here) = self.module(at) else { break None };
            let alias = name.split('[').next().unwrap_or(&name);
            if let Some(provider) = here.config.providers.get(alias) {
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
        let scope = self.provider_scope(at, declared.as_deref(), &name);
        let stated = |at: &mut Self, attribute: &str| {
            let value = declared.as_ref().and_then(|block| block.body.get(attribute)).map(|a| {
                let value = prune(&at.eval(&a.value, &scope));
                value.via(a.value.span, StepKind::Attribute, Arc::clone(&a.name))
            });
            value.filter(|v| !v.is_null() && v.as_str() != Some("") && !values::is_error(v))
        };
        // Default configurations that state nothing use the caller's own account, whatever the provider.
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

    /// The subscriptions of the configurations that have an alias.
    pub(crate) fn further_subscriptions(&mut self) -> Vec<Value> {
        let said = self.diagnostics.len();
        let mut out = Vec::new();
        for at in 0..self.modules.len() {
            let Some(config) = self.modules.get(at).map(|module| Arc::clone(&module.config)) else { continue };
            for name in
                config.providers.keys().filter(|name| name.starts_with("azurerm.") || name.starts_with("azapi."))
            {
                let local_name = name.split('.').next().unwrap_or(name);
                out.push(self.configuration(ModuleId(at), local_name, Some(name)).subscription);
            }
        }
        self.diagnostics.truncate(said);
        out
    }

    /// The name of the provider configuration that the instance `id` uses, with its key where there are several (OpenTofu's `for_each` in a
    /// `provider` block). <https://opentofu.org/docs/language/providers/configuration/>
    pub(crate) fn provider_of(&mut self, id: InstanceId) -> Option<String> {
        let instance = self.instances.get(id.0)?;
        let (module, block, scope) = (instance.module, instance.block?, instance.scope.clone());
        let address = Arc::clone(&instance.address);
        let (named, block) = self.with_block(module, block, |_, b| (b.provider.clone(), Arc::clone(&b.block)))?;
        if named.is_some() {
            return named;
        }
        let stated = block.body.get("provider")?;
        let ExprKind::Traversal(base, steps) = &stated.value.kind else {
            return Some(format!("a.provider[{address}]"));
        };
        let mut name = base.as_reference()?;
        for step in steps {
            match &step.kind {
                Access::Attribute(word) => {
                    name.push('.');
                    name.push_str(word);
                }
                Access::Index(key) => {
                    let key = prune(&self.eval(key, &scope));
                    let key = values::text_of(&key).unwrap_or_else(|| address.to_string().into());
                    return Some(format!("{name}[{key}]"));
                }
                _ => break,
            }
        }
        Some(name)
    }

    /// The scope of the provider configuration `name` of the module `at`, with its key and value where there are several.
    fn provider_scope(&mut self, at: ModuleId, declared: Option<&Block>, name: &str) -> Scope {
        let mut scope = Scope::of(at);
        let key = name.split_once('[').and_then(|(_, key)| key.strip_suffix(']'));
        let for_each = declared.and_then(|block| block.body.get("for_each"));
        if let (Some(key), Some(for_each)) = (key, for_each) {
            let all = prune(&self.eval(&for_each.value, &scope));
            let value = match &all.kind {
                Kind::Object(object) => object.entries.get(key).map(|e| values::inherit(&all, &e.value)),
                Kind::Array(array) => array.items.iter().find(|item| item.as_str() == Some(key)).cloned(),
                _ => None,
            };
            // With a key that isn't among them, or that is not known, the scope stays unknown.
            if let Some(value) = value {
                scope.each = Some((Value::string(key), value));
            }
        }
        scope
    }

    /// Attributes of data sources that only return what the provider's configuration states.
    pub(crate) fn well_known(&mut self, address: &Address, id: InstanceId, object: &mut Object) {
        if address.data && &*address.kind == crate::state::DATA_SOURCE {
            let surroundings = self.surroundings;
            surroundings.add_state_outputs(self, id, object);
            return;
        }
        if address.data && &*address.kind == "azurerm_role_definition" {
            built_in_role(object);
            return;
        }
        let Some(instance) = self.instances.get(id.0) else { return };
        let module = instance.module;
        if !address.data
            || !matches!(&*address.kind, "azurerm_client_config" | "azurerm_subscription" | "azapi_client_config")
        {
            return;
        }
        let named = self.provider_of(id);
        let local_name = if address.kind.starts_with("azapi") { "azapi" } else { "azurerm" };
        let configuration = self.configuration(module, local_name, named.as_deref());
        let subscription = match object.entries.get("subscription_id") {
            Some(stated) => stated.value.clone(),
            None => configuration.subscription.clone(),
        };
        let id = concat(&[Value::string("/subscriptions/"), subscription.clone()]);
        let own = |what: &str, label: &str| {
            Value::symbol(Symbol::caller(format!("{}:{}.{what}", self.id, configuration.key), label))
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

/// The id of the built-in role that the data source `object` names, below the scope that it states.
fn built_in_role(object: &mut Object) {
    let stated = |name: &str| object.entries.get(name).map(|entry| &entry.value).filter(|value| !value.is_null());
    let Some(role) = stated("name").and_then(|name| table::role_definition(name.as_str()?)) else { return };
    let role = Value::string(role);
    let id = match stated("scope") {
        Some(scope) => concat(&[scope.clone(), role]),
        None => role,
    };
    object.insert("id", None, id);
}
