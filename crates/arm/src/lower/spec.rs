//! Templates as content of a resource: template specs, managed applications, and policies that deploy what is missing. When and where they are deployed, the file
//! does not say.

use std::sync::Arc;

use cmklint_graph::{Holder, Literal};
use cmklint_source::{Diagnostic, SourceFile};
use cmklint_template::{Expr, ExprKind, TargetScope};
use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::Ranged;

use super::{Lower, root, schema_scope};
use crate::{Spec, TemplateFile, json};

/// The property in which a version of a template spec, and the definition of a managed application, holds its template.
pub(super) const MAIN: &str = "mainTemplate";

/// The property that names the archive with the template of a managed application.
const PACKAGE: &str = "packageFileUri";

/// The object at `path` in `object`.
fn at<'v, 't>(object: &'v Object<'t>, path: &[&str]) -> Option<&'v Object<'t>> {
    path.iter().try_fold(object, |at, name| json::object(at, name))
}

/// Reads the template at `path` in the JSON of `file`, whose text is as Azure Resource Manager reads it. `None` where there is no object.
pub(crate) fn within(file: &SourceFile, tree: &Value<'_>, path: &[&str]) -> Option<TemplateFile> {
    let held = at(tree.as_object()?, path)?;
    Some(root(file, held, schema_scope(held).unwrap_or_default()))
}

impl Lower<'_> {
    /// Notes where the template of a resource with these properties is not written out.
    fn not_looked_into(&mut self, holder: Holder, properties: &Object<'_>) {
        let written = holder.template().split_last().and_then(|(last, path)| json::value(at(properties, path)?, last));
        let (value, why) = match (written, json::value(properties, PACKAGE)) {
            (Some(value), _) => (value, "is computed"),
            (None, Some(package)) if holder == Holder::ManagedApplication => {
                (package, "is in a package, which is not looked into")
            }
            _ => return,
        };
        let range = value.range();
        let span = self.file.span(range.start, range.end);
        self.diagnostics.push(Diagnostic::note(
            "template-not-known",
            format!("the template of the {holder} {why}"),
            span,
        ));
    }

    /// Keeps the template that the resource of the type `kind` holds; true where it holds one, which is then not a part of the resource's body.
    pub(super) fn spec(&mut self, kind: &str, name: &Expr, resource: &Object<'_>) -> bool {
        let Some(holder) = Holder::of(kind) else { return false };
        let Some(properties) = json::object(resource, "properties") else { return false };
        let Some(object) = at(properties, holder.template()) else {
            self.not_looked_into(holder, properties);
            return false;
        };
        // A spec within a spec has still more brackets; it is not lowered.
        if !self.unescapes {
            self.unescapes = true;
            let scope = schema_scope(object).unwrap_or(TargetScope::ResourceGroup);
            let mut template = self.template(object, None, scope);
            self.unescapes = false;
            let given = holder.given().and_then(|path| at(properties, path));
            template.give(given.into_iter().flat_map(|given| &given.properties).map(|member| member.name.as_str()));
            let label = match &name.kind {
                ExprKind::Literal(Literal::String(name)) => name.to_string(),
                _ => kind.to_owned(),
            };
            self.specs.push(Spec { holder, label, span: self.span(object), template: Arc::new(template) });
        }
        true
    }
}
