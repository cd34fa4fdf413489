//! Extension resources in the older notation: `Microsoft.KeyVault/vaults/providers/roleAssignments`, named
//! `vault/Microsoft.Authorization/name`. <https://learn.microsoft.com/azure/azure-resource-manager/templates/scope-extension-resources>

use std::sync::Arc;

use cmklint_graph::Literal;
use cmklint_source::Span;
use cmklint_template::{Expr, ExprKind};

const PROVIDERS: &str = "/providers/";

/// An extension resource in the newer notation.
pub(super) struct Extension {
    /// Its whole type: `Microsoft.Authorization/roleAssignments`.
    pub(super) kind: String,
    /// Its own name.
    pub(super) name: Expr,
    /// The resource that it extends, as type and name: `Microsoft.KeyVault/vaults/vault`.
    pub(super) scope: Expr,
}

/// Reads `kind` and `name` as those of an extension resource in the older notation. `None` where they are not, where the name doesn't write the provider
/// out, or where what is extended is itself a child: its name then can't be distinguished from its parent's without evaluating it.
pub(super) fn read(kind: &str, name: &Expr) -> Option<Extension> {
    let at = kind.to_ascii_lowercase().find(PROVIDERS)?;
    let (base, own) = (kind.get(..at)?, kind.get(at + PROVIDERS.len()..)?);
    if base.matches('/').count() != 1 || own.is_empty() {
        return None;
    }
    let span = name.span;
    let (before, provider, after) = split(name)?;
    let text = |text: String| Expr { kind: ExprKind::Literal(Literal::String(text.into())), span };
    let mut scope = vec![text(format!("{base}/"))];
    scope.extend(before);
    Some(Extension { kind: format!("{provider}/{own}"), name: joined(after, span), scope: joined(scope, span) })
}

/// The parts of a name before and after a provider between two slashes, and the provider.
fn split(name: &Expr) -> Option<(Vec<Expr>, String, Vec<Expr>)> {
    let mut parts = Vec::new();
    flatten(name, &mut parts)?;
    for (i, part) in parts.iter().enumerate() {
        let Some(text) = literal(part) else { continue };
        let Some((before, provider, after)) = find_provider(text) else { continue };
        let piece = |text: &str| {
            let kind = ExprKind::Literal(Literal::String(text.into()));
            (!text.is_empty()).then_some(Expr { kind, span: part.span })
        };
        let left = parts.iter().take(i).cloned().chain(piece(before)).collect();
        let right = piece(after).into_iter().chain(parts.iter().skip(i + 1).cloned()).collect();
        return Some((left, provider.to_owned(), right));
    }
    None
}

/// The text as (before, provider, after) where it holds `/A.B/`.
fn find_provider(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(slash) = text.get(from..)?.find('/').map(|i| i + from) {
        let rest = text.get(slash + 1..)?;
        if let Some((provider, after)) = rest.split_once('/')
            && provider.contains('.')
        {
            return Some((text.get(..slash)?, provider, after));
        }
        from = slash + 1;
    }
    None
}

/// The texts and expressions that the name is made of, adjacent texts joined; `None` where there are too many.
fn flatten(name: &Expr, out: &mut Vec<Expr>) -> Option<()> {
    const MAX_NAME_PARTS: usize = 64;
    if out.len() > MAX_NAME_PARTS {
        return None;
    }
    match &name.kind {
        ExprKind::Interpolation(parts) => parts.iter().try_for_each(|part| flatten(part, out)),
        ExprKind::Call { function, args } if function.eq_ignore_ascii_case("concat") => {
            args.iter().try_for_each(|part| flatten(part, out))
        }
        ExprKind::Call { function, args } if function.eq_ignore_ascii_case("format") => {
            format_parts(args)?.iter().try_for_each(|part| flatten(part, out))
        }
        ExprKind::Literal(Literal::String(text)) if text.is_empty() => Some(()),
        ExprKind::Literal(Literal::String(text)) => {
            match out.last_mut() {
                Some(Expr { kind: ExprKind::Literal(Literal::String(last)), .. }) => {
                    *last = Arc::from(format!("{last}{text}"));
                }
                _ => out.push(name.clone()),
            }
            Some(())
        }
        _ => {
            out.push(name.clone());
            Some(())
        }
    }
}

/// The parts of `format('{0}/x/{1}', a, b)`; `None` where a placeholder is not a plain number.
pub(super) fn format_parts(args: &[Expr]) -> Option<Vec<Expr>> {
    let (pattern, values) = args.split_first()?;
    let mut rest = literal(pattern)?;
    let mut parts = Vec::new();
    while let Some(open) = rest.find(['{', '}']) {
        let (text, placeholder) = (rest.get(..open)?, rest.get(open..)?);
        let (number, after) = placeholder.strip_prefix('{')?.split_once('}')?;
        parts.push(Expr { kind: ExprKind::Literal(Literal::String(text.into())), span: pattern.span });
        parts.push(values.get(number.parse::<usize>().ok()?)?.clone());
        rest = after;
    }
    parts.push(Expr { kind: ExprKind::Literal(Literal::String(rest.into())), span: pattern.span });
    Some(parts)
}

fn joined(mut parts: Vec<Expr>, span: Span) -> Expr {
    let mut out = Vec::with_capacity(parts.len());
    if parts.iter().try_for_each(|part| flatten(part, &mut out)).is_some() {
        parts = out;
    }
    match parts.len() {
        1 => parts.pop().map_or(Expr { kind: ExprKind::Interpolation(Vec::new()), span }, |only| Expr { span, ..only }),
        _ => Expr { kind: ExprKind::Interpolation(parts), span },
    }
}

fn literal(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Literal(Literal::String(text)) => Some(text),
        _ => None,
    }
}
