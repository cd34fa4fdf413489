//! `resourceId` and the like: ids as text.
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#resourceid>

use cmklint_graph::{Comparison, Fold, Literal, RESOURCE_GROUPS, Value, compare, concat, lift};

use super::Evaluator;
use super::frame::Env;
use super::scope::group_id;
use crate::functions::string::segments;
use crate::ir::{Expr, ExprKind, TargetScope};

impl Evaluator<'_> {
    /// Puts the segments of names into `values`, the arguments `args` of a function that makes an id: the Bicep compiler writes a name with interpolations as
    /// `split(name, '/')[0], split(name, '/')[1]`. A segment holds no slash, or there would be more of them than the type has.
    pub(crate) fn split_names(&mut self, env: &Env, args: &[Expr], values: &mut [Value]) {
        let mut at = 0;
        while at < args.len() {
            let Some(name) = args.get(at).and_then(|arg| split_by(arg, 0)) else {
                at += 1;
                continue;
            };
            let count = args.get(at..).unwrap_or(&[]).iter().enumerate();
            let count = count.take_while(|(nth, arg)| split_by(arg, *nth).is_some()).count();
            let whole = self.eval(env, name);
            for (piece, slot) in segments(&whole, count).into_iter().zip(values.iter_mut().skip(at)) {
                *slot = piece;
            }
            at += count;
        }
    }

    /// The id that `function` makes of `args`; `None` for other functions.
    pub(crate) fn resource_id(&mut self, env: &Env, function: &str, args: &[Value]) -> Option<Value> {
        let make = match function {
            "resourceid" => Self::plain_id,
            "subscriptionresourceid" => Self::subscription_id,
            "tenantresourceid" => Self::tenant_id,
            "extensionresourceid" => Self::extension_id,
            "managementgroupresourceid" => Self::management_group_id,
            _ => return None,
        };
        let value = lift(function, args, &mut |args| {
            make(self, env, args).unwrap_or_else(|| Value::apply(function, args, None))
        });
        Some(value)
    }

    fn plain_id(&mut self, env: &Env, args: &[Value]) -> Option<Value> {
        let place = self.frame(self.scope_of(env.frame))?.place.clone();
        let (before, kind, names) = typed(args, 2)?;
        let prefix = match before {
            [] => place.prefix(),
            [only] if self.is_subscription(only, &place.subscription) || place.level == TargetScope::Subscription => {
                concat(&[Value::string("/subscriptions/"), only.clone()])
            }
            [group] => group_id(&place.subscription, group),
            [subscription, group] => group_id(subscription, group),
            _ => return None,
        };
        Some(below(prefix, kind, names))
    }

    fn subscription_id(&mut self, env: &Env, args: &[Value]) -> Option<Value> {
        let place = self.frame(self.scope_of(env.frame))?.place.clone();
        let (before, kind, names) = typed(args, 1)?;
        let subscription = before.first().unwrap_or(&place.subscription).clone();
        if let [group] = names
            && kind.eq_ignore_ascii_case(RESOURCE_GROUPS)
        {
            // The only resource type whose id has no provider.
            return Some(group_id(&subscription, group));
        }
        Some(below(concat(&[Value::string("/subscriptions/"), subscription]), kind, names))
    }

    fn tenant_id(&mut self, _env: &Env, args: &[Value]) -> Option<Value> {
        let (_, kind, names) = typed(args, 0)?;
        Some(below(Value::string(""), kind, names))
    }

    fn extension_id(&mut self, _env: &Env, args: &[Value]) -> Option<Value> {
        let (base, rest) = args.split_first()?;
        let (_, kind, names) = typed(rest, 0)?;
        let base = if base.as_str() == Some("/") { Value::string("") } else { self.spell_out(base.clone()) };
        Some(below(base, kind, names))
    }

    fn management_group_id(&mut self, env: &Env, args: &[Value]) -> Option<Value> {
        let place = self.frame(self.scope_of(env.frame))?.place.clone();
        let (before, kind, names) = typed(args, 1)?;
        let group = before.first().unwrap_or(&place.management_group).clone();
        let prefix = concat(&[Value::string("/providers/Microsoft.Management/managementGroups/"), group]);
        Some(below(prefix, kind, names))
    }

    /// Whether the one optional argument of `resourceId` is a subscription's id, not a group's name.
    fn is_subscription(&self, value: &Value, own: &Value) -> bool {
        let guid = |text: &str| {
            let groups: Vec<usize> = text.split('-').map(str::len).collect();
            groups == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
        };
        match value.as_str() {
            Some(text) => guid(text),
            None => compare(value, own, Fold::Case) == Comparison::Equal,
        }
    }
}

/// The expression that is split at slashes, where `arg` is the `nth` piece of it.
fn split_by(arg: &Expr, nth: usize) -> Option<&Expr> {
    let ExprKind::Index { of, index, from_end: false, .. } = &arg.kind else { return None };
    let ExprKind::Literal(Literal::Number(index)) = &index.kind else { return None };
    let ExprKind::Call { function, args } = &of.kind else { return None };
    match &args[..] {
        [name, Expr { kind: ExprKind::Literal(Literal::String(slash)), .. }]
            if &**slash == "/"
                && function.eq_ignore_ascii_case("split")
                && index.as_i64() == i64::try_from(nth).ok() =>
        {
            Some(name)
        }
        _ => None,
    }
}

/// The arguments before the type, at most `most`; the type; the names: as many as the type has segments after the provider.
fn typed(args: &[Value], most: usize) -> Option<(&[Value], &str, &[Value])> {
    (0..=most.min(args.len().saturating_sub(1))).find_map(|at| {
        let kind = args.get(at)?.as_str()?.trim_end_matches('/');
        let names = args.get(at + 1..)?;
        let fits = kind.contains('/') && kind.matches('/').count() == names.len();
        fits.then(|| (args.get(..at).unwrap_or(&[]), kind, names))
    })
}

/// `prefix/providers/namespace/type/name/type/name`.
fn below(prefix: Value, kind: &str, names: &[Value]) -> Value {
    let mut parts = vec![prefix];
    let mut types = kind.split('/');
    let namespace = types.next().unwrap_or("");
    for (at, (kind, name)) in types.zip(names).enumerate() {
        parts.push(Value::string(if at == 0 {
            format!("/providers/{namespace}/{kind}/")
        } else {
            format!("/{kind}/")
        }));
        parts.push(name.clone());
    }
    concat(&parts)
}
