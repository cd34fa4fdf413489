//! The values that a variable can have, where its validations list them.

use std::sync::Arc;

use cmklint_graph::Literal;

use super::{Config, Variable};
use crate::syntax::ast::{Binary, Call, Expr, ExprKind, For, StepKind};

/// A list with more values is none that is tried.
const MAX_VALUES: usize = 64;
/// A condition is read to this depth, and a local that is another local, and so on.
const MAX_DEPTH: usize = 16;

/// All values of the variable `name` that its validations accept, in the order in which they list them; `None` where none of them does.
pub(crate) fn allowed_values(config: &Config, name: &str, variable: &Variable) -> Option<Vec<Literal>> {
    Reader { config, own: format!("var.{name}"), any_case: false }.allowed(variable)
}

/// As [`allowed_values`], where the validations may accept further ones: those in another case.
pub(crate) fn values_to_try(config: &Config, name: &str, variable: &Variable) -> Option<Vec<Literal>> {
    Reader { config, own: format!("var.{name}"), any_case: true }.allowed(variable)
}

struct Reader<'c> {
    config: &'c Config,
    /// The reference to the variable.
    own: String,
    /// Whether a list of all values of which the variable has one in some case is one of its values.
    any_case: bool,
}

impl Reader<'_> {
    fn allowed(&self, variable: &Variable) -> Option<Vec<Literal>> {
        let mut sets = variable.conditions.iter().filter_map(|condition| self.accepted(condition, 0));
        let first = sets.next()?;
        let mut all = sets.fold(first, |all, next| both(&all, &next));
        variable.conditions.iter().for_each(|condition| self.refuse(condition, &mut all, 0));
        (!all.is_empty()).then_some(all)
    }

    fn is_own(&self, expr: &Expr) -> bool {
        expr.as_reference().is_some_and(|name| name == self.own)
    }

    /// Whether the value is the variable's, or that in another case; of a listed value that is in this case itself.
    fn is_own_in_case(&self, expr: &Expr) -> Option<fn(&str) -> bool> {
        if self.is_own(expr) {
            return Some(|_| true);
        }
        let ExprKind::Call(call) = &expr.kind else { return None };
        let [only] = &call.args[..] else { return None };
        match &*call.name {
            _ if !self.is_own(only) => None,
            "nonsensitive" => Some(|_| true),
            _ if !self.any_case => None,
            "lower" => Some(|text| text.to_lowercase() == text),
            "upper" => Some(|text| text.to_uppercase() == text),
            "trimspace" => Some(|text| text.trim() == text),
            "tostring" => Some(|_| true),
            _ => None,
        }
    }

    /// The values of which the variable has one where `condition` is true; `None` where it lists none.
    fn accepted(&self, condition: &Expr, depth: usize) -> Option<Vec<Literal>> {
        if depth > MAX_DEPTH {
            return None;
        }
        let set = match &condition.kind {
            ExprKind::Call(call) => self.accepted_by_call(call, depth),
            ExprKind::Binary(Binary::Equal, sides) => {
                self.equal(&sides.0, &sides.1).or_else(|| self.equal(&sides.1, &sides.0)).map(|literal| vec![literal])
            }
            ExprKind::Binary(Binary::NotEqual | Binary::Greater | Binary::GreaterEqual, sides) => {
                self.found(&sides.0, &sides.1)
            }
            ExprKind::Binary(Binary::Or, sides) => {
                Some(either(self.accepted(&sides.0, depth + 1)?, self.accepted(&sides.1, depth + 1)?))
            }
            ExprKind::Binary(Binary::And, sides) => {
                match (self.accepted(&sides.0, depth + 1), self.accepted(&sides.1, depth + 1)) {
                    (Some(a), Some(b)) => Some(both(&a, &b)),
                    (a, b) => a.or(b),
                }
            }
            // `var.x == null ? true : …`, and the same with `!=`.
            ExprKind::Conditional(parts) => match (is_true(&parts.1), is_true(&parts.2)) {
                (true, _) => Some(either(self.accepted(&parts.0, depth + 1)?, self.accepted(&parts.2, depth + 1)?)),
                (_, true) => Some(either(vec![self.unequal(&parts.0)?], self.accepted(&parts.1, depth + 1)?)),
                _ => None,
            },
            _ => None,
        };
        set.filter(|set| set.len() <= MAX_VALUES)
    }

    fn equal(&self, own: &Expr, other: &Expr) -> Option<Literal> {
        let takes = self.is_own_in_case(own)?;
        literal(other).filter(|literal| text_of(literal).is_none_or(takes))
    }

    /// The literal that the variable is not.
    fn unequal(&self, condition: &Expr) -> Option<Literal> {
        let ExprKind::Binary(Binary::NotEqual, sides) = &condition.kind else { return None };
        self.equal(&sides.0, &sides.1).or_else(|| self.equal(&sides.1, &sides.0))
    }

    fn accepted_by_call(&self, call: &Call, depth: usize) -> Option<Vec<Literal>> {
        match (&*call.name, &call.args[..]) {
            ("contains", [list, value]) => self.listed(list, value),
            ("can", [only]) => self.possible(only),
            ("anytrue", [only]) => match &only.kind {
                ExprKind::Array(items) => {
                    let sets = items.iter().map(|item| self.accepted(item, depth + 1)).collect::<Option<Vec<_>>>()?;
                    Some(sets.into_iter().fold(Vec::new(), either))
                }
                ExprKind::For(each) => self.accepted_by_loop(each),
                _ => None,
            },
            ("alltrue", [only]) => match &only.kind {
                ExprKind::Array(items) => {
                    let mut sets = items.iter().filter_map(|item| self.accepted(item, depth + 1));
                    let first = sets.next()?;
                    Some(sets.fold(first, |all, next| both(&all, &next)))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The items of `list`, where `value` is the variable.
    fn listed(&self, list: &Expr, value: &Expr) -> Option<Vec<Literal>> {
        let takes = self.is_own_in_case(value)?;
        let items = self.items(list, 0)?;
        Some(items.into_iter().filter(|item| text_of(item).is_none_or(takes)).collect())
    }

    /// `[for item in list : var.x == item]`.
    fn accepted_by_loop(&self, each: &For) -> Option<Vec<Literal>> {
        if each.key.is_some() || each.condition.is_some() {
            return None;
        }
        let ExprKind::Binary(Binary::Equal, sides) = &each.value.kind else { return None };
        let is_item = |expr: &Expr| expr.as_reference().is_some_and(|name| *name == *each.value_name);
        match (is_item(&sides.0), is_item(&sides.1)) {
            (true, false) => self.listed(&each.collection, &sides.1),
            (false, true) => self.listed(&each.collection, &sides.0),
            _ => None,
        }
    }

    /// The values with which `expr` does not fail: `regex("^(a|b)$", var.x)`, `local.sizes[var.x]`.
    fn possible(&self, expr: &Expr) -> Option<Vec<Literal>> {
        match &expr.kind {
            ExprKind::Call(call) => match (&*call.name, &call.args[..]) {
                ("regex", [pattern, value]) => self.matched(pattern, value),
                ("lookup", [map, key]) if self.is_own(key) => self.keys(map, 0),
                _ => None,
            },
            ExprKind::Traversal(map, steps) => {
                let (last, before) = steps.split_last()?;
                let StepKind::Index(key) = &last.kind else { return None };
                let name = match before {
                    [] => map.as_reference(),
                    [step] => match &step.kind {
                        StepKind::Attribute(name) => Some(format!("{}.{name}", map.as_reference()?)),
                        _ => None,
                    },
                    _ => None,
                }?;
                if self.is_own(key) { self.keys(self.local(&name)?, 1) } else { None }
            }
            _ => None,
        }
    }

    /// The alternatives of a pattern that stands for a whole text.
    fn matched(&self, pattern: &Expr, value: &Expr) -> Option<Vec<Literal>> {
        let takes = self.is_own_in_case(value)?;
        let texts = alternatives(pattern.as_text()?)?;
        Some(texts.into_iter().filter(|text| takes(text)).map(|text| Literal::String(Arc::from(text))).collect())
    }

    /// `lookup(map, var.x, null) != null`, `try(map[var.x], null) != null`, `length(regexall(pattern, var.x)) > 0`.
    fn found(&self, left: &Expr, right: &Expr) -> Option<Vec<Literal>> {
        let ExprKind::Call(call) = &left.kind else { return None };
        let is_null = |expr: &Expr| matches!(literal(expr), Some(Literal::Null));
        match (&*call.name, &call.args[..]) {
            ("lookup", [map, key, other]) if self.is_own(key) && is_null(other) && is_null(right) => self.keys(map, 0),
            ("try", [first, other]) if is_null(other) && is_null(right) => self.possible(first),
            ("length", [only])
                if literal(right).is_some_and(|n| n == Literal::Number(cmklint_graph::Number::Int(0))) =>
            {
                let ExprKind::Call(inner) = &only.kind else { return None };
                match (&*inner.name, &inner.args[..]) {
                    ("regexall", [pattern, value]) => self.matched(pattern, value),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The value of the local that `name` refers to.
    fn local(&self, name: &str) -> Option<&Expr> {
        self.config.locals.get(name.strip_prefix("local.")?).map(|local| &*local.value)
    }

    /// The literals in a list.
    fn items(&self, list: &Expr, depth: usize) -> Option<Vec<Literal>> {
        if depth > MAX_DEPTH {
            return None;
        }
        if let Some(local) = list.as_reference().and_then(|name| self.local(&name)) {
            return self.items(local, depth + 1);
        }
        match &list.kind {
            ExprKind::Array(items) if items.len() <= MAX_VALUES => items.iter().map(literal).collect(),
            ExprKind::Call(call) => match (&*call.name, &call.args[..]) {
                ("toset" | "tolist" | "distinct" | "sort" | "flatten", [only]) => self.items(only, depth + 1),
                ("concat" | "setunion", lists) if !call.expand => {
                    let sets = lists.iter().map(|list| self.items(list, depth + 1)).collect::<Option<Vec<_>>>()?;
                    Some(sets.into_iter().fold(Vec::new(), either))
                }
                ("keys", [map]) => self.keys(map, depth + 1),
                _ => None,
            },
            _ => None,
        }
    }

    /// The keys of a map.
    fn keys(&self, map: &Expr, depth: usize) -> Option<Vec<Literal>> {
        if depth > MAX_DEPTH {
            return None;
        }
        if let Some(local) = map.as_reference().and_then(|name| self.local(&name)) {
            return self.keys(local, depth + 1);
        }
        match &map.kind {
            ExprKind::Object(members) if members.len() <= MAX_VALUES => members
                .iter()
                .map(|(key, _)| key.as_text().map(|text| Literal::String(text.to_string().into())))
                .collect(),
            ExprKind::Call(call) => match (&*call.name, &call.args[..]) {
                ("tomap", [only]) => self.keys(only, depth + 1),
                _ => None,
            },
            _ => None,
        }
    }

    /// Takes those of `values` away that a part of `condition` refuses: `var.x != "a"`.
    fn refuse(&self, condition: &Expr, values: &mut Vec<Literal>, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        if let ExprKind::Binary(Binary::And, sides) = &condition.kind {
            self.refuse(&sides.0, values, depth + 1);
            self.refuse(&sides.1, values, depth + 1);
        } else if let Some(refused) = self.unequal(condition) {
            values.retain(|value| *value != refused);
        }
    }
}

fn is_true(expr: &Expr) -> bool {
    matches!(literal(expr), Some(Literal::Bool(true)))
}

fn literal(expr: &Expr) -> Option<Literal> {
    if let ExprKind::Literal(literal) = &expr.kind { Some(literal.clone()) } else { None }
}

fn text_of(literal: &Literal) -> Option<&str> {
    if let Literal::String(text) = literal { Some(text) } else { None }
}

fn either(mut all: Vec<Literal>, others: Vec<Literal>) -> Vec<Literal> {
    for other in others {
        if !all.contains(&other) {
            all.push(other);
        }
    }
    all
}

fn both(all: &[Literal], others: &[Literal]) -> Vec<Literal> {
    all.iter().filter(|literal| others.contains(literal)).cloned().collect()
}

/// The texts that a regular expression stands for, where it is one of a few whole texts: `^(dev|prod)$`, `^dev$|^prod$`.
fn alternatives(pattern: &str) -> Option<Vec<String>> {
    let is_plain = |text: &&str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ' '));
    let inside = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let group = inside.strip_prefix("(?:").or_else(|| inside.strip_prefix('(')).and_then(|rest| rest.strip_suffix(')'));
    let texts: Vec<&str> = match group {
        Some(group) => group.split('|').collect(),
        None if inside.contains('|') => inside.split("$|^").collect(),
        None => vec![inside],
    };
    texts.iter().all(is_plain).then(|| texts.into_iter().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load;
    use crate::syntax::ParseCache;
    use cmklint_source::{MemoryLoader, Sources};

    fn values(condition: &str) -> Option<String> {
        let text = format!(
            "locals {{\n  sizes = {{ s = 1, m = 2 }}\n  names = [\"a\", \"b\"]\n}}\nvariable \"x\" {{\n  validation {{\n    condition = {condition}\n  }}\n}}\n"
        );
        let sources = Sources::new(MemoryLoader::new([("main.tf", text.into_bytes())]));
        let config = load("", &sources, &ParseCache::default());
        let allowed = values_to_try(&config, "x", config.variables.get("x").unwrap())?;
        let shown = |literal: &Literal| match literal {
            Literal::String(text) => text.to_string(),
            Literal::Null => "null".to_owned(),
            other => format!("{other:?}"),
        };
        Some(allowed.iter().map(shown).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn the_values_that_a_validation_lists_are_read_in_each_way_of_writing() {
        for (condition, expected) in [
            (r#"contains(["a", "b"], var.x)"#, "a b"),
            (r#"contains(["a", "B"], lower(var.x))"#, "a"),
            (r#"contains(local.names, var.x)"#, "a b"),
            (r#"contains(toset(concat(local.names, ["c"])), var.x)"#, "a b c"),
            (r#"contains(keys(local.sizes), var.x)"#, "s m"),
            (r#"can(local.sizes[var.x])"#, "s m"),
            (r#"lookup(local.sizes, var.x, null) != null"#, "s m"),
            (r#"try(local.sizes[var.x], null) != null"#, "s m"),
            (r#"var.x == "a" || "b" == var.x"#, "a b"),
            (r#"(var.x == "a" || var.x == "b" || var.x == "c") && var.x != "b""#, "a c"),
            (r#"can(regex("^(a|b)$", var.x))"#, "a b"),
            (r#"can(regex("^a$|^b$", var.x))"#, "a b"),
            (r#"length(regexall("^(?:a|b)$", var.x)) > 0"#, "a b"),
            (r#"anytrue([var.x == "a", var.x == "b"])"#, "a b"),
            (r#"anytrue([for name in ["a", "b"] : var.x == name])"#, "a b"),
            (r#"alltrue([contains(["a", "b"], var.x), length(var.x) > 0])"#, "a b"),
            (r#"var.x == null || contains(["a"], var.x)"#, "null a"),
            (r#"var.x == null ? true : contains(["a"], var.x)"#, "null a"),
            (r#"var.x != null ? contains(["a"], var.x) : true"#, "null a"),
        ] {
            assert_eq!(values(condition).as_deref(), Some(expected), "{condition}");
        }
    }

    #[test]
    fn what_does_not_list_values_is_no_list() {
        for condition in [
            r#"!contains(["a", "b"], var.x)"#,
            r#"contains(var.x, "a")"#,
            r#"var.x != "a""#,
            r#"var.x == "a" || length(var.x) > 3"#,
            r#"can(regex("^(a|b)", var.x))"#,
            r#"can(regex("^(a|b)[0-9]$", var.x))"#,
            r#"can(regex("^(a|b)|c$", var.x))"#,
            r#"contains([var.y], var.x)"#,
            r#"contains(local.nothing, var.x)"#,
            r#"anytrue([for name in ["a"] : startswith(var.x, name)])"#,
        ] {
            assert_eq!(values(condition), None, "{condition}");
        }
    }
}
