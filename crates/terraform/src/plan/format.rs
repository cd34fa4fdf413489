//! The formats: `terraform show -json` of a plan and of a state, and Terraform's own state file.
//! <https://developer.hashicorp.com/terraform/internals/json-format>

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;

use super::json::Raw;

/// The top of a file, whichever of the three it is.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Top<'t> {
    #[serde(borrow)]
    pub(super) format_version: Option<Raw<'t>>,
    pub(super) terraform_version: Option<Raw<'t>>,
    pub(super) planned_values: Option<Raw<'t>>,
    pub(super) resource_changes: Option<Raw<'t>>,
    pub(super) prior_state: Option<Raw<'t>>,
    pub(super) configuration: Option<Raw<'t>>,
    pub(super) variables: Option<Raw<'t>>,
    /// A shown state's resources.
    pub(super) values: Option<Raw<'t>>,
    /// A state file's version.
    pub(super) version: Option<Raw<'t>>,
    /// A state file's resources.
    pub(super) resources: Option<Raw<'t>>,
}

/// A state inside a plan, or shown.
#[derive(Debug, Deserialize)]
pub(super) struct State<'t> {
    #[serde(borrow)]
    pub(super) values: Option<Values<'t>>,
}

/// The "values representation".
#[derive(Debug, Default, Deserialize)]
pub(super) struct Values<'t> {
    #[serde(borrow)]
    pub(super) root_module: Option<Raw<'t>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Module<'t> {
    #[serde(borrow, default)]
    pub(super) address: Option<Cow<'t, str>>,
    #[serde(borrow, default)]
    pub(super) resources: Vec<Raw<'t>>,
    #[serde(borrow, default)]
    pub(super) child_modules: Vec<Raw<'t>>,
}

/// A resource instance of the values representation, or of `resource_changes`.
#[derive(Debug, Deserialize)]
pub(super) struct Shown<'t> {
    #[serde(borrow)]
    pub(super) address: Raw<'t>,
    pub(super) module_address: Option<Cow<'t, str>>,
    pub(super) previous_address: Option<Cow<'t, str>>,
    pub(super) mode: Cow<'t, str>,
    #[serde(rename = "type")]
    pub(super) kind: Cow<'t, str>,
    pub(super) name: Cow<'t, str>,
    pub(super) index: Option<Raw<'t>>,
    pub(super) values: Option<Raw<'t>>,
    pub(super) sensitive_values: Option<Raw<'t>>,
    pub(super) deposed: Option<Raw<'t>>,
    pub(super) deposed_key: Option<Raw<'t>>,
    pub(super) change: Option<Raw<'t>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Change<'t> {
    #[serde(borrow, default)]
    pub(super) actions: Vec<Cow<'t, str>>,
    pub(super) before: Option<Raw<'t>>,
    pub(super) after: Option<Raw<'t>>,
    pub(super) after_unknown: Option<Raw<'t>>,
    pub(super) before_sensitive: Option<Raw<'t>>,
    pub(super) after_sensitive: Option<Raw<'t>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Configuration<'t> {
    #[serde(borrow, default)]
    pub(super) provider_config: BTreeMap<String, Raw<'t>>,
    pub(super) root_module: Option<Raw<'t>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ProviderConfig<'t> {
    #[serde(borrow)]
    pub(super) name: Option<Cow<'t, str>>,
    pub(super) alias: Option<Cow<'t, str>>,
    pub(super) module_address: Option<Cow<'t, str>>,
    pub(super) expressions: Option<Raw<'t>>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct ConfiguredModule<'t> {
    #[serde(borrow, default)]
    pub(super) resources: Vec<Raw<'t>>,
    #[serde(borrow, default)]
    pub(super) module_calls: BTreeMap<String, Raw<'t>>,
    #[serde(borrow, default)]
    pub(super) variables: BTreeMap<String, Raw<'t>>,
    #[serde(borrow, default)]
    pub(super) outputs: BTreeMap<String, Raw<'t>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ConfiguredResource<'t> {
    #[serde(borrow)]
    pub(super) address: Raw<'t>,
    pub(super) mode: Cow<'t, str>,
    #[serde(rename = "type")]
    pub(super) kind: Cow<'t, str>,
    pub(super) name: Cow<'t, str>,
    pub(super) provider_config_key: Option<Cow<'t, str>>,
    pub(super) expressions: Option<Raw<'t>>,
    pub(super) count_expression: Option<Raw<'t>>,
    pub(super) for_each_expression: Option<Raw<'t>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ConfiguredCall<'t> {
    #[serde(borrow)]
    pub(super) source: Option<Cow<'t, str>>,
    pub(super) expressions: Option<Raw<'t>>,
    pub(super) module: Option<Raw<'t>>,
    pub(super) count_expression: Option<Raw<'t>>,
    pub(super) for_each_expression: Option<Raw<'t>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ConfiguredVariable<'t> {
    #[serde(borrow)]
    pub(super) default: Option<Raw<'t>>,
    #[serde(default)]
    pub(super) sensitive: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct ConfiguredOutput<'t> {
    #[serde(borrow)]
    pub(super) expression: Option<Raw<'t>>,
}

/// A resource of a state file.
#[derive(Debug, Deserialize)]
pub(super) struct Stored<'t> {
    #[serde(borrow, default)]
    pub(super) module: Option<Cow<'t, str>>,
    pub(super) mode: Cow<'t, str>,
    #[serde(rename = "type")]
    pub(super) kind: Cow<'t, str>,
    pub(super) name: Raw<'t>,
    #[serde(borrow, default)]
    pub(super) instances: Vec<Raw<'t>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct StoredInstance<'t> {
    #[serde(borrow)]
    pub(super) index_key: Option<Raw<'t>>,
    pub(super) attributes: Option<Raw<'t>>,
    pub(super) sensitive_attributes: Option<Raw<'t>>,
    pub(super) deposed: Option<Raw<'t>>,
}
