//! The names that a template declares. ARM compares them without case; the representation holds each as it is declared.

use std::sync::Arc;

use jsonc_parser::ast::{Object, Value};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::json;
use cmklint_template::Interner;

/// Names of one kind.
#[derive(Debug, Default)]
pub(crate) struct NameTable {
    exact: FxHashSet<Arc<str>>,
    folded: FxHashMap<String, Arc<str>>,
}

impl NameTable {
    pub(crate) fn insert(&mut self, name: Arc<str>) {
        self.folded.insert(name.to_ascii_lowercase(), Arc::clone(&name));
        self.exact.insert(name);
    }

    /// The name as it is declared.
    pub(crate) fn find(&self, name: &str) -> Option<&Arc<str>> {
        self.exact.get(name).or_else(|| self.folded.get(&name.to_ascii_lowercase()))
    }
}

/// All names that expressions of a template can use.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) parameters: NameTable,
    pub(crate) variables: NameTable,
    /// By `namespace.name`.
    pub(crate) functions: NameTable,
}

impl Names {
    /// The names that `template` declares.
    pub(crate) fn of(template: &Object<'_>, interner: &mut Interner) -> Self {
        let mut names = Self::default();
        for property in json::object(template, "parameters").into_iter().flat_map(|o| &o.properties) {
            names.parameters.insert(interner.get(property.name.as_str()));
        }
        for property in json::object(template, "variables").into_iter().flat_map(|o| &o.properties) {
            match &property.value {
                Value::Array(copies) if property.name.as_str().eq_ignore_ascii_case("copy") => {
                    for copy in copies.elements.iter().filter_map(Value::as_object) {
                        if let Some(name) = json::string(copy, "name") {
                            names.variables.insert(interner.get(&name.value));
                        }
                    }
                }
                _ => names.variables.insert(interner.get(property.name.as_str())),
            }
        }
        for namespace in json::array(template, "functions").into_iter().flat_map(|a| &a.elements) {
            let Some(namespace) = namespace.as_object() else { continue };
            let Some(space) = json::string(namespace, "namespace") else { continue };
            for member in json::object(namespace, "members").into_iter().flat_map(|o| &o.properties) {
                names.functions.insert(interner.get(&format!("{}.{}", space.value, member.name.as_str())));
            }
        }
        names
    }
}

/// The symbolic names of a template's `resources`, nested ones too.
pub(crate) fn symbols(resources: &Value<'_>, interner: &mut Interner) -> NameTable {
    let mut table = NameTable::default();
    let mut open: Vec<&Object<'_>> = resources.as_object().into_iter().collect();
    while let Some(resources) = open.pop() {
        for property in &resources.properties {
            table.insert(interner.get(property.name.as_str()));
            open.extend(property.value.as_object().and_then(|o| json::object(o, "resources")));
        }
    }
    table
}

/// What an expression can see.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Env<'e> {
    /// The names of the template in whose scope it is evaluated.
    pub(crate) names: &'e Names,
    /// Inside a user-defined function: its parameters, the only names that it sees.
    pub(crate) locals: Option<&'e NameTable>,
}
