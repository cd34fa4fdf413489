//! Code that the compiler refuses and the template representation would allow: reported, since such a file can never be deployed.
//!
//! Only what is certain from the one file is reported, as a warning; the values are lowered unchanged.

use cmklint_source::Diagnostic;
use rustc_hash::{FxHashMap, FxHashSet};

use super::MAX_TOLD;
use super::unit::Unit;
use crate::syntax::{
    ArrayItem, Body, Declaration, DeclarationKind, Expression, ExpressionKind, Module, Object, ObjectItem,
    StringLiteral, StringSegment,
};

/// Properties of a resource that are known before it is deployed.
/// <https://learn.microsoft.com/azure/azure-resource-manager/bicep/diagnostics/bcp182>
const KNOWN_AT_START: [&str; 4] = ["id", "name", "type", "apiVersion"];

/// Functions that only the default of a parameter may call.
/// <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions-string#newguid>
const IN_DEFAULTS: [&str; 2] = ["newGuid", "utcNow"];

/// Reports what the compiler refuses in the template `unit`, whose text is `text`.
pub(super) fn check(unit: &Unit, text: &str) -> Vec<Diagnostic> {
    let mut checks = Checks { unit, extensions: extensions(unit), found: Vec::new() };
    let mut modules = FxHashMap::default();
    for declaration in &unit.tree.declarations {
        checks.declaration(declaration);
        if let DeclarationKind::Module(module) = &declaration.kind {
            checks.same_name(module, text, &mut modules);
        }
    }
    checks.found.truncate(MAX_TOLD);
    checks.found
}

struct Checks<'a> {
    unit: &'a Unit,
    /// The names of extensions that no local variable hides.
    extensions: FxHashSet<&'a str>,
    found: Vec<Diagnostic>,
}

/// The names of extensions, which are not values. One that a variable of a loop, lambda or function hides somewhere is left out.
fn extensions(unit: &Unit) -> FxHashSet<&str> {
    let mut names = FxHashSet::default();
    for declaration in &unit.tree.declarations {
        if let DeclarationKind::Extension { specification, alias, .. } = &declaration.kind {
            let own = specification.plain().filter(|text| !text.contains(':')).and_then(|text| text.split('@').next());
            names.extend(alias.as_ref().map(|alias| alias.text.as_str()).or(own));
        }
    }
    for name in ["az", "sys", ""] {
        names.remove(name);
    }
    if names.is_empty() {
        return names;
    }
    let mut hidden = Vec::new();
    for declaration in &unit.tree.declarations {
        if let DeclarationKind::Function { parameters, .. } = &declaration.kind {
            hidden.extend(parameters.iter().map(|parameter| parameter.name.text.as_str()));
        }
        each_value(declaration, &mut |value| {
            walk(value, &mut |expression| {
                match &expression.kind {
                    ExpressionKind::Lambda { parameters, .. } => {
                        hidden.extend(parameters.iter().map(|n| n.text.as_str()))
                    }
                    ExpressionKind::For(each) => {
                        hidden.extend(
                            [Some(&each.each.item), each.each.index.as_ref()]
                                .into_iter()
                                .flatten()
                                .map(|n| n.text.as_str()),
                        );
                    }
                    _ => {}
                }
                true
            });
        });
    }
    for name in hidden {
        names.remove(name);
    }
    names
}

impl<'a> Checks<'a> {
    fn declaration(&mut self, declaration: &'a Declaration) {
        let is_default = matches!(declaration.kind, DeclarationKind::Parameter { .. });
        let mut found = Vec::new();
        each_value(declaration, &mut |value| {
            walk(value, &mut |expression| {
                match &expression.kind {
                    ExpressionKind::Name(name) if self.extensions.contains(name.as_str()) => {
                        let message = format!(
                            "'{name}' is an extension, which only the configuration of a module's extensions can refer to"
                        );
                        found.push(("extension-value", message, expression.range.clone()));
                    }
                    ExpressionKind::Call { function, .. }
                        if !is_default
                            && IN_DEFAULTS.contains(&function.text.as_str())
                            && self.unit.find(&function.text).is_none() =>
                    {
                        let message = format!("'{}' can only be called in the default of a parameter", function.text);
                        found.push(("only-default", message, function.range.clone()));
                    }
                    _ => {}
                }
                true
            });
        });
        if let DeclarationKind::Variable { value, .. } = &declaration.kind
            && let ExpressionKind::For(each) = &value.kind
        {
            walk(&each.body, &mut |expression| {
                if let ExpressionKind::Member { object, property, .. } = &expression.kind
                    && self.is_resource(
                        object,
                        [Some(&each.each.item), each.each.index.as_ref()]
                            .into_iter()
                            .flatten()
                            .map(|n| n.text.as_str()),
                    )
                    && !KNOWN_AT_START.contains(&property.text.as_str())
                    && !property.text.is_empty()
                {
                    let message = format!("'{}' is not known when the loop of a variable runs", property.text);
                    found.push(("runtime-value", message, expression.range.clone()));
                    return false;
                }
                // Lambdas are skipped, since their variables may hide names.
                !matches!(expression.kind, ExpressionKind::Lambda { .. } | ExpressionKind::For(_))
            });
        }
        for (code, message, range) in found {
            self.found.push(Diagnostic::warning(code, message, self.unit.span(&range)));
        }
    }

    /// Whether `expression` is a resource, or one of a loop of them; the names in `hidden` mean something else here.
    fn is_resource<'n>(&self, expression: &Expression, mut hidden: impl Iterator<Item = &'n str>) -> bool {
        let mut at = expression;
        loop {
            match &at.kind {
                ExpressionKind::Index { object, .. } => match &object.kind {
                    ExpressionKind::Name(_) => at = object,
                    _ => return false,
                },
                ExpressionKind::NestedResource { parent, .. } => at = parent,
                ExpressionKind::Name(name) => {
                    let looped = match self.unit.declaration(name) {
                        Some(DeclarationKind::Resource(resource)) => resource.body.each.is_some(),
                        _ => return false,
                    };
                    // `r['id']` of a single resource is a property of it.
                    let indexed =
                        !std::ptr::eq(at, expression) && matches!(expression.kind, ExpressionKind::Index { .. });
                    return looped == indexed && !hidden.any(|other| other == name);
                }
                _ => return false,
            }
        }
    }

    /// Two modules of a file that are deployed in one scope have different names.
    /// <https://learn.microsoft.com/azure/azure-resource-manager/bicep/diagnostics/bcp122>
    fn same_name(&mut self, module: &'a Module, text: &str, seen: &mut FxHashMap<(String, String), &'a str>) {
        let Body { each: None, condition: None, object, .. } = &module.body else { return };
        if object.broken {
            return;
        }
        let property = |wanted: &str| object.properties().filter(|(name, _)| *name == wanted).last();
        let Some((_, name)) = property("name") else { return };
        let ExpressionKind::String(literal) = &name.value.kind else { return };
        let Some(plain) = literal.plain() else { return };
        let scope = property("scope")
            .and_then(|(_, scope)| text.get(scope.value.range.start as usize..scope.value.range.end as usize));
        let scope: String = scope.unwrap_or_default().split_whitespace().collect();
        match seen.entry((plain.to_lowercase(), scope)) {
            std::collections::hash_map::Entry::Vacant(slot) => {
                slot.insert(&module.name.text);
            }
            std::collections::hash_map::Entry::Occupied(first) => {
                let message = format!("the module '{}' has this name in the same scope, too", first.get());
                let span = self.unit.span(&name.value.range);
                self.found.push(Diagnostic::warning("duplicate-deployment", message, span));
            }
        }
    }
}

/// Calls `see` with each value in a declaration, except in the configuration of extensions.
fn each_value<'a>(declaration: &'a Declaration, see: &mut dyn FnMut(&'a Expression)) {
    match &declaration.kind {
        DeclarationKind::Variable { value, .. }
        | DeclarationKind::Output { value, .. }
        | DeclarationKind::Assert { value, .. }
        | DeclarationKind::Function { body: value, .. }
        | DeclarationKind::Parameter { default: Some(value), .. } => see(value),
        DeclarationKind::Resource(resource) => of_body(&resource.body, see),
        DeclarationKind::Module(module) => of_body(&module.body, see),
        _ => {}
    }
}

fn of_body<'a>(body: &'a Body, see: &mut dyn FnMut(&'a Expression)) {
    if let Some(each) = &body.each {
        see(&each.iterable);
    }
    if let Some(condition) = &body.condition {
        see(condition);
    }
    of_object(&body.object, see);
}

fn of_object<'a>(object: &'a Object, see: &mut dyn FnMut(&'a Expression)) {
    for item in &object.items {
        match item {
            ObjectItem::Property(property) if property.name.plain() == Some("extensionConfigs") => {}
            ObjectItem::Property(property) => see(&property.value),
            ObjectItem::Spread(value) => see(value),
            ObjectItem::Resource(declaration) => each_value(declaration, see),
        }
    }
}

/// Calls `see` with an expression and those inside it, as long as it returns true. The nesting of the syntax tree is bounded.
fn walk<'a>(expression: &'a Expression, see: &mut dyn FnMut(&'a Expression) -> bool) {
    if !see(expression) {
        return;
    }
    match &expression.kind {
        ExpressionKind::String(StringLiteral { segments, .. }) => {
            for segment in segments {
                if let StringSegment::Interpolation(inner) = segment {
                    walk(inner, see);
                }
            }
        }
        ExpressionKind::Array(array) => {
            for item in &array.items {
                let (ArrayItem::Value(inner) | ArrayItem::Spread(inner)) = item;
                walk(inner, see);
            }
        }
        ExpressionKind::Object(object) => of_object(object, &mut |inner| walk(inner, see)),
        ExpressionKind::For(each) => {
            walk(&each.each.iterable, see);
            if let Some(condition) = &each.condition {
                walk(condition, see);
            }
            walk(&each.body, see);
        }
        ExpressionKind::Member { object: inner, .. }
        | ExpressionKind::NestedResource { parent: inner, .. }
        | ExpressionKind::NonNull(inner)
        | ExpressionKind::Unary { operand: inner, .. }
        | ExpressionKind::Lambda { body: inner, .. } => walk(inner, see),
        ExpressionKind::Index { object, index, .. } => {
            walk(object, see);
            walk(index, see);
        }
        ExpressionKind::Call { arguments, .. } => arguments.iter().for_each(|inner| walk(inner, see)),
        ExpressionKind::MethodCall { object, arguments, .. } => {
            walk(object, see);
            arguments.iter().for_each(|inner| walk(inner, see));
        }
        ExpressionKind::Binary { left, right, .. } => {
            walk(left, see);
            walk(right, see);
        }
        ExpressionKind::Ternary { condition, consequence, alternative } => {
            walk(condition, see);
            walk(consequence, see);
            walk(alternative, see);
        }
        ExpressionKind::Null
        | ExpressionKind::Boolean(_)
        | ExpressionKind::Integer(_)
        | ExpressionKind::Name(_)
        | ExpressionKind::Error => {}
    }
}
