//! Template specs: templates as content of a resource.

use std::sync::Arc;

use cmklint_graph::Literal;
use cmklint_template::{Expr, ExprKind, TargetScope};
use jsonc_parser::ast::Object;

use super::{Lower, schema_scope};
use crate::{Spec, json};

const VERSIONS: &str = "Microsoft.Resources/templateSpecs/versions";
/// The property in which a version holds its template.
pub(super) const MAIN: &str = "mainTemplate";

impl Lower<'_> {
    /// Keeps the template that the resource of the type `kind` holds; true where it holds one, which is then not a part of the resource's body.
    pub(super) fn spec(&mut self, kind: &str, name: &Expr, resource: &Object<'_>) -> bool {
        if !kind.eq_ignore_ascii_case(VERSIONS) {
            return false;
        }
        let held = json::object(resource, "properties").and_then(|properties| json::object(properties, MAIN));
        let Some(object) = held else { return false };
        // A spec within a spec has still more brackets; it is not lowered.
        if !self.unescapes {
            self.unescapes = true;
            let scope = schema_scope(object).unwrap_or(TargetScope::ResourceGroup);
            let template = Arc::new(self.template(object, None, scope));
            self.unescapes = false;
            let label = match &name.kind {
                ExprKind::Literal(Literal::String(name)) => name.to_string(),
                _ => VERSIONS.to_owned(),
            };
            self.specs.push(Spec { label, span: self.span(object), template });
        }
        true
    }
}
