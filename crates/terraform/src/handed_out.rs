//! What a root passes to where the analysis does not follow: arguments of modules that are not in the tree, blocks of types that are not Azure resources
//! (`null_resource`, `terraform_data`, other providers), provisioners, calls of actions, scripts, secrets, data sources that send or run something, parameters of
//! templates that are not known, outputs.

use std::sync::Arc;

use cmklint_graph::{Resource, Value};

use crate::eval::{Evaluator, ModuleId, Scope};
use crate::modules::Owner;
use crate::table;
use crate::values::prune;

/// The type whose identity is searched for in these values; without a resource of this type they are not needed.
const SET: &str = "Microsoft.Compute/diskEncryptionSets";

/// Types that are nodes and whose arguments are run, sent or kept for others, while the node holds few of them.
const PASSES_ON: [&str; 4] = [
    "azapi_resource_action",
    "azurerm_resource_deployment_script_azure_cli",
    "azurerm_resource_deployment_script_azure_power_shell",
    "azurerm_key_vault_secret",
];

/// Data sources that run or send what they are given.
const ACTING_DATA: [&str; 4] = ["external", "http", "shell_script", "azapi_resource_action"];

impl Evaluator<'_> {
    /// The values that the root, whose resources are `resources`, passes on; none where it has no encryption set. Diagnostics on the way are dropped: these values
    /// are only searched.
    pub(crate) fn handed_out(&mut self, resources: &[Resource]) -> Vec<Value> {
        if !resources.iter().any(|resource| resource.kind.is(SET)) {
            return Vec::new();
        }
        let said = self.diagnostics.len();
        let mut out: Vec<Value> = self.outputs_of(ModuleId(0)).into_values().collect();
        for at in 0..self.modules.len() {
            self.blocks(ModuleId(at), &mut out);
            self.calls(ModuleId(at), &mut out);
        }
        for (id, span) in std::mem::take(&mut self.not_read) {
            out.push(prune(&self.instance_body(id, span)));
        }
        self.diagnostics.truncate(said);
        out
    }

    /// The blocks of `module` that become no resource, and those parts of the others that are run or sent.
    fn blocks(&mut self, module: ModuleId, out: &mut Vec<Value>) {
        let Some(config) = self.modules.get(module.0).map(|m| Arc::clone(&m.config)) else { return };
        for (index, (address, block)) in config.resources.iter().enumerate() {
            let whole = match address.data {
                true => ACTING_DATA.contains(&&*address.kind),
                false => !table::is_node(&address.kind) || PASSES_ON.contains(&&*address.kind),
            };
            let runs: Vec<_> = block.block.body.blocks.iter().filter(|b| &*b.kind == "provisioner").collect();
            if !whole && (address.data || runs.is_empty()) {
                continue;
            }
            let Some(expansion) = self.expansion(module, index) else { continue };
            for id in &expansion.instances {
                if whole {
                    out.push(prune(&self.instance_body(*id, block.block.header)));
                }
                let Some(scope) = self.instances.get(id.0).map(|instance| instance.scope.clone()) else { continue };
                out.extend(runs.iter().map(|run| prune(&self.body(&run.body, &scope, false, false))));
            }
        }
    }

    /// The arguments of those calls of `module` whose modules are not read.
    fn calls(&mut self, module: ModuleId, out: &mut Vec<Value>) {
        let Some(config) = self.modules.get(module.0).map(|m| Arc::clone(&m.config)) else { return };
        for (name, call) in &config.calls {
            let made = self.module_expansion(module, name, call.block.header);
            let first = made.as_ref().and_then(|e| e.instances.first()).and_then(|id| self.instances.get(id.0)?.made);
            let owner = first.and_then(|made| self.modules.get(made.0)).map(|m| m.owner);
            // A stand-in contains only a part of what its module makes.
            if made.is_some() && owner != Some(Owner::StandIn) {
                continue;
            }
            let scope = Scope::of(module);
            let arguments =
                call.block.body.attributes.iter().map(|argument| prune(&self.eval(&argument.value, &scope)));
            out.extend(arguments);
        }
    }
}
