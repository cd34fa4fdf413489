//! Template files.

use std::collections::BTreeSet;
use std::sync::Arc;

use cmklint_source::{Diagnostic, SourceFile, Sources};
use cmklint_template::{
    Bounds, Contents, Expr, Function, Output, Parameter, ParameterType, TargetScope, Template, TemplateRef, Variable,
};
use indexmap::IndexMap;

use super::name::Scope;
use super::store::Store;
use super::unit::{Declared, Unit};
use super::{Lower, types, unknown};
use crate::TemplateFile;
use crate::syntax::{Declaration, DeclarationKind, Expression, File, FunctionParameter, Keyword, Name, SyntaxError};

/// Lowers a template file, whose text was parsed into `parsed`.
pub(crate) fn template(file: &SourceFile, parsed: (File, Vec<SyntaxError>), sources: &Sources) -> TemplateFile {
    let mut store = Store::new(sources);
    let unit = Unit::of(file.id(), file.path(), parsed, &store.registry);
    store.read_imports(&unit);
    let mut lower = Lower::new(&unit, file.text(), &mut store);
    let template = lower.template();
    let specs = lower.specs;
    let mut diagnostics = lower.diagnostics;
    diagnostics.extend(unit.syntax_errors());
    diagnostics.extend(super::checks::check(&unit, file.text()));
    diagnostics.append(&mut store.diagnostics);
    diagnostics.append(&mut store.registry.take_diagnostics());
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    let mut modules: BTreeSet<String> = store.stand_in_paths().cloned().collect();
    add_files(&template, &mut modules);
    TemplateFile { template: Some(Arc::new(template)), diagnostics, modules: modules.into_iter().collect(), specs }
}

/// Adds the files that `template` deploys, and those that the templates in it do.
fn add_files(template: &Template, out: &mut BTreeSet<String>) {
    for deployment in template.resources.iter().filter_map(|resource| resource.deployment.as_ref()) {
        match &deployment.template {
            TemplateRef::File { path, .. } => {
                out.insert(path.clone());
            }
            TemplateRef::Inline(held) => add_files(held, out),
            _ => {}
        }
    }
}

impl Lower<'_, '_> {
    fn template(&mut self) -> Template {
        self.collect_symbols();
        self.check_names();
        let mut out = self.empty();
        let unit = self.unit;
        for (at, declaration) in unit.tree.declarations.iter().enumerate() {
            self.declaration(at, declaration, &mut out);
        }
        self.add_imported(&mut out);
        out
    }

    /// The variables and functions of a file that others import from. Errors in them are reported where the file is read for its own sake.
    pub(super) fn library(mut self) -> Template {
        let mut out = self.empty();
        let unit = self.unit;
        for (at, declaration) in unit.tree.declarations.iter().enumerate() {
            if matches!(
                declaration.kind,
                DeclarationKind::Variable { .. } | DeclarationKind::Function { .. } | DeclarationKind::Broken { .. }
            ) {
                self.declaration(at, declaration, &mut out);
            }
        }
        self.add_imported(&mut out);
        out
    }

    pub(super) fn empty(&self) -> Template {
        Template {
            span: cmklint_source::Span::new(self.unit.id, 0, self.text.len()),
            scope: TargetScope::ResourceGroup,
            parameters: IndexMap::new(),
            variables: IndexMap::new(),
            functions: IndexMap::new(),
            resources: Vec::new(),
            outputs: IndexMap::new(),
            extends: None,
        }
    }

    pub(super) fn add_imported(&mut self, out: &mut Template) {
        out.variables.append(&mut self.imported_variables);
        out.functions.append(&mut self.imported_functions);
    }

    /// Reports names that are declared twice, and imported ones that don't exist.
    pub(super) fn check_names(&mut self) {
        for name in &self.unit.doubles {
            let message = format!("'{}' is declared more than once; only the first counts", name.text);
            self.diagnostics.push(Diagnostic::warning("duplicate-name", message, self.unit.span(&name.range)));
        }
        self.check_imports();
    }

    /// Whether the declaration at `at` is the one that `name` means.
    fn is_first(&self, name: &Name, at: usize) -> bool {
        matches!(self.unit.find(&name.text), Some(Declared::Here(first)) if *first == at)
    }

    fn declaration(&mut self, at: usize, declaration: &Declaration, out: &mut Template) {
        match &declaration.kind {
            DeclarationKind::TargetScope { value } => {
                if let Some(scope) = target_scope(value) {
                    out.scope = scope;
                }
            }
            DeclarationKind::Parameter { name, ty, default } if self.is_first(name, at) => {
                let facts =
                    types::of_parameter(self.store, self.unit, ty, &declaration.decorators, self.contents_left > 0);
                let parameter = Parameter {
                    span: self.span(&name.range),
                    default: default.as_ref().map(|value| self.expression(value)),
                    allowed: facts.allowed,
                    nullable: facts.nullable,
                    kind: facts.kind,
                    bounds: types::bounds(&declaration.decorators),
                    contents: facts.contents.within(&mut self.contents_left),
                };
                out.parameters.insert(self.interner.get(&name.text), parameter);
            }
            DeclarationKind::ParameterAssignment { name, value } => {
                self.error(&name.range, "a parameter of a template has a type");
                let value = match value {
                    Some(value) => self.expression(value),
                    None => unknown("a declaration that could not be read", self.span(&name.range)),
                };
                self.untyped(name, value, out);
            }
            DeclarationKind::Variable { name, value, .. } if self.is_first(name, at) => self.variable(name, value, out),
            DeclarationKind::Function { name, parameters, body, .. } if self.is_first(name, at) => {
                self.function(name, parameters, body, out);
            }
            DeclarationKind::Resource(resource) => self.resource(declaration, resource, &mut out.resources),
            DeclarationKind::Module(module) => self.module(declaration, module, &mut out.resources),
            DeclarationKind::Output { name, value, .. } => {
                let output = Output { span: self.span(&name.range), value: self.expression(value), condition: None };
                out.outputs.insert(self.interner.get(&name.text), output);
            }
            DeclarationKind::Broken { keyword, name: Some(name) } if self.is_first(name, at) => {
                let span = self.span(&name.range);
                let value = unknown("a declaration that could not be read", span);
                match keyword {
                    Keyword::Param => self.untyped(name, value, out),
                    Keyword::Var => {
                        out.variables.insert(self.key(&name.text), Variable { span, value });
                    }
                    _ => {}
                }
            }
            DeclarationKind::Using { .. } | DeclarationKind::Extends { .. } => {
                self.error(&declaration.range, "this belongs in a parameter file");
            }
            _ => {}
        }
    }

    fn untyped(&mut self, name: &Name, value: Expr, out: &mut Template) {
        let span = self.span(&name.range);
        let parameter = Parameter {
            span,
            default: Some(value),
            allowed: None,
            nullable: false,
            kind: ParameterType::Any,
            bounds: Bounds::default(),
            contents: Contents::default(),
        };
        out.parameters.entry(self.interner.get(&name.text)).or_insert(parameter);
    }

    pub(super) fn variable(&mut self, name: &Name, value: &Expression, out: &mut Template) {
        let variable = Variable { span: self.span(&name.range), value: self.expression(value) };
        out.variables.insert(self.key(&name.text), variable);
    }

    pub(super) fn function(
        &mut self,
        name: &Name,
        parameters: &[FunctionParameter],
        body: &Expression,
        out: &mut Template,
    ) {
        let parameters: Vec<Arc<str>> =
            parameters.iter().map(|parameter| self.interner.get(&parameter.name.text)).collect();
        let body = self.within(Scope::Locals(parameters.clone()), |lower| lower.expression(body));
        let function = Function { span: self.span(&name.range), parameters, body, home: None };
        out.functions.insert(self.key(&name.text), function);
    }
}

pub(super) fn target_scope(value: &Expression) -> Option<TargetScope> {
    let cmklint_graph::Literal::String(scope) = super::expression::literal(value)? else { return None };
    Some(match scope.as_ref() {
        "resourceGroup" => TargetScope::ResourceGroup,
        "subscription" => TargetScope::Subscription,
        "managementGroup" => TargetScope::ManagementGroup,
        "tenant" => TargetScope::Tenant,
        _ => return None,
    })
}
