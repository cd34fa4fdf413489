//! Which file of the tree a link to a template names.

use std::collections::BTreeSet;
use std::sync::Arc;

use cmklint_graph::Literal;
use cmklint_source::join;
use cmklint_template::{Expr, ExprKind, Parameter, Template, TemplateRef, Variable};
use indexmap::IndexMap;

use crate::names::Names;

/// A link may be in variables that use others; at most this many parts are looked at for one link.
const MAX_PARTS: usize = 256;

/// The longest text of a link that is looked at, in bytes.
const MAX_LENGTH: usize = 4096;

pub(super) type Parameters = IndexMap<Arc<str>, Parameter>;
pub(super) type Variables = IndexMap<Arc<str>, Variable>;

/// The context of lowering the resources of a template: the names that their expressions use, and the variables and parameters among them.
#[derive(Clone, Copy)]
pub(super) struct Context<'e> {
    pub(super) names: &'e Names,
    pub(super) variables: &'e Variables,
    pub(super) parameters: &'e Parameters,
}

/// A part of a link.
enum LinkPart {
    /// Known text.
    Text(String),
    /// What only the deployment knows; of a parameter, its default.
    Open { default: Option<String> },
}

/// The end of a link.
pub(super) struct Relative {
    /// The path, relative to the file's folder.
    pub(super) path: String,
    /// The whole address, where its base is written out, too.
    pub(super) address: Option<String>,
}

/// The path, relative to the file's folder, that a link computed from a base and a known end names: `nested/disk.json` of
/// `uri(deployment().properties.templateLink.uri, 'nested/disk.json')` and of `concat(parameters('base'), '/nested/disk.json', parameters('token'))`.
/// `None` where the end is not known, or begins inside a name. The base is assumed to be the folder of the file that links, as it is where
/// templates that link to each other are published from one folder.
pub(super) fn relative(uri: &Expr, context: Context<'_>) -> Option<Relative> {
    let mut parts = Vec::new();
    flatten(uri, context, &mut MAX_PARTS.clone(), &mut parts)?;
    let (base, rest) = parts.split_first()?;
    let Some(LinkPart::Text(text)) = rest.first() else { return None };
    if let LinkPart::Text(base) = base
        && !base.ends_with('/')
        && !text.starts_with('/')
    {
        return None;
    }
    let path = text.split(['?', '#']).next()?.trim_start_matches('/');
    // The end may be followed by a query only.
    let whole = path.to_ascii_lowercase().ends_with(".json") && !path.contains("://");
    let address = match base {
        LinkPart::Text(base) | LinkPart::Open { default: Some(base) } if base.contains("://") => {
            Some(format!("{base}/{path}"))
        }
        _ => None,
    };
    whole.then(|| Relative { path: path.to_owned(), address })
}

/// The path, relative to the folder of the file called `own`, of a link that is the file's own with its name replaced:
/// `replace(deployment().properties.templateLink.uri, 'azuredeploy.json', 'nested/disk.json')` in `azuredeploy.json`.
pub(super) fn replaced(uri: &Expr, own: &str, context: Context<'_>) -> Option<String> {
    let ExprKind::Call { function, args } = &value_of(uri, context).kind else { return None };
    let [link, name, other] = args.as_slice() else { return None };
    let (name, other) = (default_of(name, context)?, default_of(other, context)?);
    let (name, other) = match (name.strip_prefix('/'), other.strip_prefix('/')) {
        (Some(name), Some(other)) => (name, other),
        _ => (name, other),
    };
    let is_own = function.eq_ignore_ascii_case("replace") && name == own && is_own_link(value_of(link, context));
    (is_own && other.to_ascii_lowercase().ends_with(".json") && !other.contains("://")).then(|| other.to_owned())
}

/// Whether `expr` is `deployment().properties.templateLink.uri`.
fn is_own_link(expr: &Expr) -> bool {
    let mut at = expr;
    for name in ["uri", "templateLink", "properties"] {
        match &at.kind {
            ExprKind::Member { of, name: member, .. } if member.eq_ignore_ascii_case(name) => at = of,
            _ => return false,
        }
    }
    matches!(&at.kind, ExprKind::Call { function, args } if function.eq_ignore_ascii_case("deployment") && args.is_empty())
}

/// The expression that a variable is, or `expr` itself.
fn value_of<'e>(expr: &'e Expr, context: Context<'e>) -> &'e Expr {
    match &expr.kind {
        ExprKind::Variable(name) => context.variables.get(name).map_or(expr, |variable| &variable.value),
        _ => expr,
    }
}

/// A link that hangs on conditions may be so many links at most.
const MAX_CHOICES: usize = 8;

/// The links that `uri` may be by its conditions; `uri` itself where it hangs on none.
fn choices(uri: &Expr, variables: &Variables, left: &mut usize) -> Option<Vec<Expr>> {
    *left = left.checked_sub(1)?;
    match &uri.kind {
        ExprKind::Variable(name) => match variables.get(name) {
            Some(variable) => {
                let found = choices(&variable.value, variables, left)?;
                Some(if found.len() > 1 { found } else { vec![uri.clone()] })
            }
            None => Some(vec![uri.clone()]),
        },
        ExprKind::Call { function, args } if function.eq_ignore_ascii_case("if") => {
            let [_, then, otherwise] = args.as_slice() else { return None };
            let mut out = choices(then, variables, left)?;
            out.extend(choices(otherwise, variables, left)?);
            (out.len() <= MAX_CHOICES).then_some(out)
        }
        ExprKind::Call { function, args } => {
            let mut out: Vec<Vec<Expr>> = vec![Vec::new()];
            for arg in args {
                let found = choices(arg, variables, left)?;
                if out.len() * found.len() > MAX_CHOICES {
                    return None;
                }
                out = out
                    .iter()
                    .flat_map(|before| found.iter().map(|one| [&before[..], std::slice::from_ref(one)].concat()))
                    .collect();
            }
            let call = |args| Expr { kind: ExprKind::Call { function: Arc::clone(function), args }, span: uri.span };
            Some(out.into_iter().map(call).collect())
        }
        _ => Some(vec![uri.clone()]),
    }
}

fn flatten(uri: &Expr, context: Context<'_>, left: &mut usize, out: &mut Vec<LinkPart>) -> Option<()> {
    *left = left.checked_sub(1)?;
    match &uri.kind {
        ExprKind::Literal(Literal::String(text)) => push(text, out)?,
        ExprKind::Variable(name) => match context.variables.get(name) {
            Some(variable) => flatten(&variable.value, context, left, out)?,
            None => out.push(LinkPart::Open { default: None }),
        },
        ExprKind::Call { function, args } if function.eq_ignore_ascii_case("concat") => {
            args.iter().try_for_each(|arg| flatten(arg, context, left, out))?;
        }
        ExprKind::Call { function, args } if function.eq_ignore_ascii_case("format") => {
            let parts = super::extension::format_parts(args)?;
            parts.iter().try_for_each(|part| flatten(part, context, left, out))?;
        }
        ExprKind::Call { function, args } if function.eq_ignore_ascii_case("uri") => {
            let [base, relative] = args.as_slice() else { return None };
            match folder_call(base, context) {
                Some(folder) => {
                    flatten(folder, context, left, out)?;
                    end_folder(out)?;
                }
                None => {
                    let default = default_of(base, context).and_then(|base| Some(base.rsplit_once('/')?.0.to_owned()));
                    out.push(LinkPart::Open { default });
                }
            }
            flatten(relative, context, left, out)?;
            // The folder itself: what follows is in it.
            if let Some(LinkPart::Text(text)) = out.last_mut()
                && matches!(text.as_str(), "." | "./")
            {
                text.clear();
            }
        }
        _ => out.push(LinkPart::Open { default: default_of(uri, context).map(str::to_owned) }),
    }
    Some(())
}

/// The call of `uri` that the base of another one is: a folder of the templates.
fn folder_call<'e>(base: &'e Expr, context: Context<'e>) -> Option<&'e Expr> {
    let value = match &base.kind {
        ExprKind::Variable(name) => &context.variables.get(name)?.value,
        _ => base,
    };
    let is_uri = matches!(&value.kind, ExprKind::Call { function, .. } if function.eq_ignore_ascii_case("uri"));
    is_uri.then_some(value)
}

/// `Some` where the parts of a base end with a folder, in which a relative link begins.
fn end_folder(parts: &[LinkPart]) -> Option<()> {
    match parts.last()? {
        LinkPart::Text(text) => (text.is_empty() || text.ends_with('/')).then_some(()),
        LinkPart::Open { .. } => None,
    }
}

/// The text that `expr` is, or that the parameter has where it is not given another.
fn default_of<'e>(expr: &'e Expr, context: Context<'e>) -> Option<&'e str> {
    let value = match &expr.kind {
        ExprKind::Parameter(name) => context.parameters.get(name)?.default.as_ref()?,
        ExprKind::Variable(name) => &context.variables.get(name)?.value,
        _ => expr,
    };
    match &value.kind {
        ExprKind::Literal(Literal::String(text)) if text.len() <= MAX_LENGTH => Some(text),
        _ => None,
    }
}

/// Adds the text to the text before it, unless that is a base with a host.
fn push(text: &str, out: &mut Vec<LinkPart>) -> Option<()> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    match out.last_mut() {
        _ if text.is_empty() => {}
        Some(LinkPart::Text(last)) if !last.contains("://") => last.push_str(text),
        _ => out.push(LinkPart::Text(text.to_owned())),
    }
    Some(())
}

/// What the deployments of a template link to.
#[derive(Default)]
pub(super) struct Linked {
    /// Paths of the tree.
    pub(super) paths: BTreeSet<String>,
    /// Whole addresses.
    pub(super) addresses: BTreeSet<String>,
}

/// The links of `template` and of the templates in it.
pub(super) fn of(template: &Template) -> Linked {
    let mut out = Linked::default();
    collect(template, &mut out);
    out
}

fn collect(template: &Template, out: &mut Linked) {
    for deployment in template.resources.iter().filter_map(|r| r.deployment.as_ref()) {
        match &deployment.template {
            TemplateRef::Inline(nested) => collect(nested, out),
            TemplateRef::File { path, .. } => {
                out.paths.insert(path.clone());
            }
            TemplateRef::Link { uri, folder, address } => {
                out.addresses.extend(address.clone());
                match literal(uri, template) {
                    Some(address) if address.contains("://") => {
                        out.addresses.insert(address.to_owned());
                    }
                    Some(path) => out.paths.extend(join(folder, path)),
                    None => out.paths.extend(paths_by_conditions(uri, folder, template)),
                }
            }
            TemplateRef::Spec { .. } | TemplateRef::Opaque { .. } => {}
        }
    }
}

/// The paths of the files that `uri` may name by its conditions.
fn paths_by_conditions(uri: &Expr, folder: &str, template: &Template) -> Vec<String> {
    let names = Names::default();
    let context = Context { names: &names, variables: &template.variables, parameters: &template.parameters };
    let links = choices(uri, &template.variables, &mut MAX_PARTS.clone()).filter(|links| links.len() > 1);
    let path = |link: &Expr| join(folder, &relative(link, context)?.path);
    links.iter().flatten().filter_map(path).collect()
}

/// The text of `uri`, or the default of the parameter that it is.
fn literal<'e>(uri: &'e Expr, template: &'e Template) -> Option<&'e str> {
    let value = match &uri.kind {
        ExprKind::Parameter(name) => template.parameters.get(name)?.default.as_ref()?,
        ExprKind::Variable(name) => &template.variables.get(name)?.value,
        _ => uri,
    };
    match &value.kind {
        ExprKind::Literal(Literal::String(text)) => Some(text),
        _ => None,
    }
}
