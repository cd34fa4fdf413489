//! Modules of a registry, from the compiled template: what the compiler was given for them is there as nested templates.

use std::sync::Arc;

use cmklint_template::{DeploymentDecl, Library, ResourceDecl, Template, TemplateRef};

/// `bicep` with each module that is out of reach replaced by the template that `json`, compiled from it, has in its place, and their number.
pub(crate) fn restored(library: &dyn Library, bicep: &Arc<Template>, json: &Template) -> (Arc<Template>, usize) {
    let mut out = Template::clone(bicep);
    let mut count = 0;
    let mut nth = 0;
    for decl in &mut out.resources {
        let Some(deployment) = &decl.deployment else { continue };
        let partner = partner(decl, json, nth).map(|partner| &partner.template);
        nth += 1;
        let Some(TemplateRef::Inline(compiled)) = partner else { continue };
        let template = match &deployment.template {
            // What stands in for a module is known of one version only.
            TemplateRef::Opaque { .. } | TemplateRef::Inline(_) => {
                count += 1;
                Arc::clone(compiled)
            }
            TemplateRef::File { path, .. } => {
                let Ok(module) = library.template(path) else { continue };
                let (module, inside) = restored(library, &module, compiled);
                if inside == 0 {
                    continue;
                }
                count += inside;
                module
            }
            _ => continue,
        };
        decl.deployment = Some(DeploymentDecl { template: TemplateRef::Inline(template), ..deployment.clone() });
    }
    (if count > 0 { Arc::new(out) } else { Arc::clone(bicep) }, count)
}

/// The deployment of `json` that the module `decl`, its template's `nth`, was compiled to.
fn partner<'j>(decl: &ResourceDecl, json: &'j Template, nth: usize) -> Option<&'j DeploymentDecl> {
    let named = json.resources.iter().any(|r| r.symbol.is_some());
    let mut all = json.resources.iter().filter(|r| r.deployment.is_some());
    let found = if named { all.find(|r| r.symbol == decl.symbol) } else { all.nth(nth) };
    found?.deployment.as_ref()
}
