//! Templates as content of a resource: template specs, managed applications, and policies that deploy what is missing. When and where they are deployed, the file
//! does not say.

use std::sync::Arc;

use cmklint_graph::Literal;
use cmklint_template::{Expr, ExprKind, TargetScope};
use jsonc_parser::ast::Object;

use super::{Lower, schema_scope};
use crate::{Spec, json};

/// The property in which a version of a template spec, and the definition of a managed application, holds its template.
pub(super) const MAIN: &str = "mainTemplate";

/// Types that hold a template, and the path to it in their properties.
const HOLDERS: [(&str, &[&str]); 3] = [
    ("Microsoft.Resources/templateSpecs/versions", &[MAIN]),
    ("Microsoft.Solutions/applicationDefinitions", &[MAIN]),
    (
        "Microsoft.Authorization/policyDefinitions",
        &["policyRule", "then", "details", "deployment", "properties", "template"],
    ),
];

/// The path to the template in the properties of a resource of the type `kind`; `None` where that holds none.
#[must_use]
pub fn held_template(kind: &str) -> Option<&'static [&'static str]> {
    HOLDERS.iter().find(|(holder, _)| holder.eq_ignore_ascii_case(kind)).map(|(_, path)| *path)
}

impl Lower<'_> {
    /// Keeps the template that the resource of the type `kind` holds; true where it holds one, which is then not a part of the resource's body.
    pub(super) fn spec(&mut self, kind: &str, name: &Expr, resource: &Object<'_>) -> bool {
        let Some(path) = held_template(kind) else { return false };
        let properties = json::object(resource, "properties");
        let held = path.iter().fold(properties, |at, name| at.and_then(|at| json::object(at, name)));
        let Some(object) = held else { return false };
        // A spec within a spec has still more brackets; it is not lowered.
        if !self.unescapes {
            self.unescapes = true;
            let scope = schema_scope(object).unwrap_or(TargetScope::ResourceGroup);
            let template = Arc::new(self.template(object, None, scope));
            self.unescapes = false;
            let label = match &name.kind {
                ExprKind::Literal(Literal::String(name)) => name.to_string(),
                _ => kind.to_owned(),
            };
            self.specs.push(Spec { label, span: self.span(object), template });
        }
        true
    }
}
