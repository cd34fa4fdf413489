//! Provider configurations: which one a block uses, and what it says.

use std::sync::Arc;

use cmklint_graph::{Object, StepKind, Symbol, Value, concat};

use crate::config::Address;
use crate::eval::{Evaluator, InstanceId, ModuleId, Scope};
use crate::values::prune;

/// Which provider configuration a resource uses, seen from the root of its deployment.
#[derive(Clone, Debug)]
pub(crate) struct Configuration {
    pub(crate) subscription: Value,
    pub(crate) tenant: Value,
    /// Names it among the deployment's configurations.
    key: String,
}

impl Evaluator<'_> {
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
