//! Expressions of the template representation as text. The tests of the front-ends that make it use it too.
#![allow(dead_code)] // each test binary uses a part

use cmklint_template::{Expr, ExprKind, Item, Loop, LoopOver, Member};

/// The expression in one line.
pub(crate) fn show(expr: &Expr) -> String {
    let list = |exprs: &[Expr]| exprs.iter().map(show).collect::<Vec<_>>().join(", ");
    match &expr.kind {
        ExprKind::Literal(literal) => literal.to_string(),
        ExprKind::Interpolation(parts) => {
            format!("\"{}\"", parts.iter().map(|p| format!("{{{}}}", show(p))).collect::<String>())
        }
        ExprKind::Array(items) => {
            let item = |item: &Item| match item {
                Item::Value(e) => show(e),
                Item::Spread(e) => format!("...{}", show(e)),
            };
            format!("[{}]", items.iter().map(item).collect::<Vec<_>>().join(", "))
        }
        ExprKind::Object(members) => format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", ")),
        ExprKind::Parameter(name) => format!("param:{name}"),
        ExprKind::Variable(name) => format!("var:{name}"),
        ExprKind::Local(name) => format!("local:{name}"),
        ExprKind::Resource(name) => format!("res:{name}"),
        ExprKind::Member { of, name, safe } => format!("{}.{}{name}", show(of), if *safe { "?" } else { "" }),
        ExprKind::Index { of, index, safe, from_end } => {
            format!("{}[{}{}{}]", show(of), if *safe { "?" } else { "" }, if *from_end { "^" } else { "" }, show(index))
        }
        ExprKind::Call { function, args } => format!("{function}({})", list(args)),
        ExprKind::UserCall { function, args } => format!("user:{function}({})", list(args)),
        ExprKind::Lambda { parameters, body } => format!("({}) => {}", parameters.join(", "), show(body)),
        ExprKind::For { repeat, condition, body } => {
            let condition = condition.as_ref().map_or(String::new(), |c| format!(" if {}", show(c)));
            format!("for {}{condition}: {}", show_loop(repeat), show(body))
        }
        ExprKind::Unknown(why) => format!("?({why})"),
    }
}

fn member(member: &Member) -> String {
    match member {
        Member::Property { key, value } => format!("{}: {}", show(key).trim_matches('\''), show(value)),
        Member::Spread(e) => format!("...{}", show(e)),
    }
}

/// The loop in one line.
pub(crate) fn show_loop(repeat: &Loop) -> String {
    let names = [&repeat.name, &repeat.item, &repeat.index].into_iter().flatten();
    let names = names.map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let names = if names.is_empty() { "_" } else { &names };
    match &repeat.over {
        LoopOver::Count(count) => format!("{names} < {}", show(count)),
        LoopOver::Items(items) => format!("{names} in {}", show(items)),
    }
}
