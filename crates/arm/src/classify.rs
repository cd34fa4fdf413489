use crate::scan::{root_members, skip_value, string_at};

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

/// What the JSON text is, by its `$schema`, or where it has none by its shape: `contentVersion` beside `resources`, or beside `parameters` alone; values of
/// parameters alone, as the Azure CLI takes them too (`{"parameters": {"location": {"value": "westeurope"}}}`, or what is in those braces). Looks at the root's
/// members only and stops at the first that decides; the text need not be valid.
#[must_use]
pub fn classify(text: &str) -> JsonKind {
    let (mut version, mut resources, mut parameters) = (false, false, false);
    let (mut members, mut given) = (0_usize, 0_usize);
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
        // The first member of a list of values decides; other JSON is not read further for it.
        if members == given {
            let values = || text.get(member.value..).is_some_and(is_values);
            given += usize::from(is_given(text, member.value) || is("parameters") && values());
        }
        members += 1;
    }
    match (version, resources, parameters) {
        (true, true, _) => JsonKind::Template,
        (true, false, true) => JsonKind::Parameters,
        _ if members > 0 && members == given => JsonKind::Parameters,
        _ => JsonKind::Other,
    }
}

/// Whether the object that begins `text` holds values of parameters and nothing else.
fn is_values(text: &str) -> bool {
    let mut members = root_members(text).peekable();
    members.peek().is_some() && members.all(|member| is_given(text, member.value))
}

/// Whether the value at `at` is how a parameter file gives a parameter: an object of `value` or `reference` alone. Outputs of a deployment have a `type` too.
fn is_given(text: &str, at: usize) -> bool {
    let end = skip_value(text.as_bytes(), at);
    let mut names = end.and_then(|end| text.get(at..end)).into_iter().flat_map(root_members).map(|member| member.name);
    matches!((names.next(), names.next()), (Some("value" | "reference"), None))
}

/// Whether the JSON text is an object whose members are no objects: names with plain values, as some pipelines keep those of a template's parameters.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    let mut members = root_members(text).peekable();
    members.peek().is_some()
        && members.all(|member| text.as_bytes().get(member.value) != Some(&b'{') && !member.name.starts_with('$'))
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
        assert_eq!(
            classify("{\"parameters\": {\"a\": {\"value\": 1}, \"b\": {\"reference\": {}}}}"),
            JsonKind::Parameters
        );
        assert_eq!(classify("{\"a\": {\"value\": 1}, \"b\": {\"value\": {\"type\": 2}}}"), JsonKind::Parameters);
        // Outputs of a deployment, a workflow, parameters of something else.
        assert_eq!(classify("{\"a\": {\"type\": \"String\", \"value\": \"x\"}}"), JsonKind::Other);
        assert_eq!(classify("{\"definition\": {}, \"parameters\": {\"a\": {\"value\": 1}}}"), JsonKind::Other);
        assert_eq!(classify("{\"parameters\": {\"a\": {\"type\": \"string\"}}}"), JsonKind::Other);
        assert_eq!(classify("{\"parameters\": {}}"), JsonKind::Other);
        assert_eq!(classify("{\"name\": \"x\", \"resources\": []}"), JsonKind::Other);
        assert_eq!(classify("[{\"$schema\": \"deploymentTemplate.json\"}]"), JsonKind::Other);
        assert_eq!(classify("{\"a\": {\"$schema\": \"deploymentTemplate.json\"}}"), JsonKind::Other);
    }
}
