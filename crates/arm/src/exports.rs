//! What a template exports to Bicep files that import from it.

use std::sync::Arc;

use cmklint_source::SourceFile;
use cmklint_template::{MOST_CONTENTS, Template, ValueType};
use indexmap::IndexMap;
use jsonc_parser::ast::Value;

use crate::{JsonKind, classify, json, lower};

/// What a template file defines that another file may import. The compiler marks what may be imported; here everything is listed.
/// <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-import>
#[derive(Clone, Debug)]
pub struct Exports {
    /// Its variables and functions; those that a Bicep file declared are called `__bicep.NAME`.
    pub template: Arc<Template>,
    /// Its types, by name.
    pub types: IndexMap<String, ValueType>,
}

/// What the template file defines; `None` where it is not a template. Errors in it are reported by [`parse`](crate::parse).
#[must_use]
pub fn exports(file: &SourceFile) -> Option<Exports> {
    if !matches!(classify(file.text()), JsonKind::Template) {
        return None;
    }
    let Ok(Some(Value::Object(root))) = json::tree(file) else { return None };
    let template = lower::root(file, &root, lower::schema_scope(&root).unwrap_or_default()).template?;
    let definitions = lower::types::definitions(&root);
    let (mut types, mut left) = (IndexMap::new(), MOST_CONTENTS);
    for property in json::object(&root, "definitions").into_iter().flat_map(|o| &o.properties) {
        if let Some(definition) = property.value.as_object() {
            let (kind, nullable, allowed) = lower::types::of(definition, &definitions);
            let contents = lower::types::contents(definition, &definitions, &mut left);
            types.insert(property.name.as_str().to_owned(), ValueType { kind, nullable, allowed, contents });
        }
    }
    Some(Exports { template, types })
}
