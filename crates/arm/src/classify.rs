use crate::scan::{root_members, string_at};

/// What a JSON file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    /// An ARM template.
    Template,
    /// A parameter file of a template.
    Parameters,
    /// Something else.
    Other,
}

/// What the JSON text is, by its `$schema`, or where it has none by its shape: `contentVersion` beside `resources`, or beside `parameters` alone.
/// Looks at the root's members only and stops at the first that decides; the text need not be valid.
#[must_use]
pub fn classify(text: &str) -> JsonKind {
    let (mut version, mut resources, mut parameters) = (false, false, false);
    for member in root_members(text) {
        let is = |name: &str| member.name.eq_ignore_ascii_case(name);
        if is("$schema") {
            let Some(schema) = string_at(text, member.value) else { continue };
            let schema = schema.to_ascii_lowercase();
            return if schema.contains("deploymenttemplate.json") {
                JsonKind::Template
            } else if schema.contains("deploymentparameters.json") {
                JsonKind::Parameters
            } else {
                JsonKind::Other
            };
        }
        version |= is("contentVersion");
        resources |= is("resources");
        parameters |= is("parameters");
    }
    match (version, resources, parameters) {
        (true, true, _) => JsonKind::Template,
        (true, false, true) => JsonKind::Parameters,
        _ => JsonKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_decides_whatever_its_version_and_scope() {
        let schema =
            |s: &str| format!("{{ \"$schema\": \"https://schema.management.azure.com/schemas/{s}\", \"x\": [[");
        for name in [
            "deploymentTemplate",
            "subscriptionDeploymentTemplate",
            "managementGroupDeploymentTemplate",
            "tenantDeploymentTemplate",
        ] {
            assert_eq!(classify(&schema(&format!("2019-08-01/{name}.json#"))), JsonKind::Template, "{name}");
        }
        assert_eq!(classify(&schema("2019-04-01/deploymentParameters.json#")), JsonKind::Parameters);
        assert_eq!(classify(&schema("0.1.2-preview/CreateUIDefinition.MultiVm.json#")), JsonKind::Other);
    }

    #[test]
    fn without_a_schema_the_shape_decides() {
        assert_eq!(classify("{\"contentVersion\": \"1.0.0.0\", \"resources\": []}"), JsonKind::Template);
        assert_eq!(classify("/* c */ {\"resources\": {}, \"contentVersion\": \"1.0.0.0\"}"), JsonKind::Template);
        assert_eq!(classify("{\"contentVersion\": \"1.0.0.0\", \"parameters\": {}}"), JsonKind::Parameters);
        assert_eq!(classify("{\"name\": \"x\", \"resources\": []}"), JsonKind::Other);
        assert_eq!(classify("[{\"$schema\": \"deploymentTemplate.json\"}]"), JsonKind::Other);
        assert_eq!(classify("{\"a\": {\"$schema\": \"deploymentTemplate.json\"}}"), JsonKind::Other);
    }
}
