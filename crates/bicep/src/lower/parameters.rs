//! Parameter files.

use std::sync::Arc;

use cmklint_graph::{DEPLOYMENTS, Literal};
use cmklint_source::{Diagnostic, Severity, SourceFile, Sources, join, parent};
use cmklint_template::{DeploymentDecl, Expr, ExprKind, Member, ResourceDecl, Template, TemplateRef, Variable};
use indexmap::IndexMap;

use super::registry::{Located, Registry, is_remote};
use super::store::Store;
use super::unit::Unit;
use super::{Lower, unknown};
use crate::files::{ParameterFile, TemplateFile};
use crate::syntax::{DeclarationKind, StringLiteral};

/// The longest chain of parameter files that extend one another.
const MAX_EXTENDED: usize = 16;

/// A parameter file and its text: the one that is read, or one that it extends.
struct ParameterUnit {
    unit: Unit,
    text: TextOrigin,
}

enum TextOrigin {
    Own,
    Of(Arc<SourceFile>),
}

/// Lowers a parameter file.
pub(crate) fn parameters(file: &SourceFile, sources: &Sources) -> ParameterFile {
    let mut store = Store::new(sources);
    let own = Unit::read(file.id(), file.path(), file.text(), &store.registry);
    let mut diagnostics: Vec<Diagnostic> = own.syntax_errors().collect();
    let mut files = vec![ParameterUnit { unit: own, text: TextOrigin::Own }];
    while let Some(next) = extended(&files, &mut store) {
        diagnostics.extend(next.unit.syntax_errors());
        files.push(next);
    }
    let mut template = None;
    for read in &files {
        template = template.or_else(|| using(&read.unit, &store.registry, &mut diagnostics));
    }
    let mut scope: Option<Template> = None;
    let mut base: Option<IndexMap<Arc<str>, Arc<str>>> = None;
    let mut assignments = IndexMap::new();
    for (at, read) in files.iter().enumerate().rev() {
        store.read_imports(&read.unit);
        let text = match &read.text {
            TextOrigin::Own => file.text(),
            TextOrigin::Of(file) => file.text(),
        };
        let mut lower = Lower::new(&read.unit, text, &mut store);
        if at > 0 {
            lower.prefix = format!("{}:", read.unit.path);
        }
        lower.base = base.take();
        let mut out = scope.take().unwrap_or_else(|| lower.empty());
        out.span = lower.empty().span;
        let assigned = lower.parameter_file(&mut out);
        diagnostics.append(&mut lower.diagnostics);
        let mut known = lower.base.take().unwrap_or_default();
        if at == 0 {
            for (name, variable) in known {
                let span = out.variables.get(&variable).map_or(out.span, |variable| variable.value.span);
                assignments.insert(name, Expr { kind: ExprKind::Variable(variable), span });
            }
            assignments.extend(assigned.into_iter().map(|(name, _, value)| (name, value)));
        } else {
            for (name, variable, value) in assigned {
                let span = value.span;
                out.variables.insert(Arc::clone(&variable), Variable { span, value });
                known.insert(name, variable);
            }
            base = Some(known);
        }
        scope = Some(out);
    }
    let scope = scope.unwrap_or_else(|| {
        let empty = Unit::read(file.id(), file.path(), "", &store.registry);
        Lower::new(&empty, "", &mut store).empty()
    });
    let root = files.iter().find_map(|read| remote_root(&read.unit, &scope, &assignments, &mut store));
    diagnostics.append(&mut store.diagnostics);
    diagnostics.append(&mut store.registry.take_diagnostics());
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    diagnostics.dedup();
    let extends = files.iter().skip(1).map(|read| read.unit.path.to_string()).collect();
    ParameterFile { template, root, scope: Arc::new(scope), extends, assignments, diagnostics }
}

/// The template that stands for what is deployed where the parameter file names a module of a registry that is at hand, or known by its source: one that calls
/// that module with what the file gives.
fn remote_root(
    unit: &Unit,
    scope: &Template,
    assignments: &IndexMap<Arc<str>, Expr>,
    store: &mut Store<'_>,
) -> Option<TemplateFile> {
    let (declaration, path) = unit.tree.declarations.iter().find_map(|declaration| match &declaration.kind {
        DeclarationKind::Using { path, .. } => Some((declaration, path.as_ref()?)),
        _ => None,
    })?;
    let span = unit.span(&path.range);
    let text = path.plain().filter(|text| is_remote(text))?;
    let (template, links) = match store.registry.locate(text, &unit.path) {
        Located::File(path) => (TemplateRef::File { path: path.clone(), span }, vec![path]),
        Located::Known(called) => {
            let given: Vec<&str> = assignments.keys().map(|name| &**name).collect();
            let template = store.stand_in(&called, &given)?;
            (TemplateRef::Inline(template), store.stand_in_paths().cloned().collect())
        }
        Located::Away(_) | Located::Spec { .. } => return None,
    };
    let argument = |(name, value): (&Arc<str>, &Expr)| Member::Property {
        key: Expr { kind: ExprKind::Literal(Literal::String(Arc::clone(name))), span: value.span },
        value: value.clone(),
    };
    let arguments = Expr { kind: ExprKind::Object(assignments.iter().map(argument).collect()), span };
    let deployment = DeploymentDecl {
        template,
        inner_scope: true,
        arguments,
        parameters_link: None,
        subscription: None,
        resource_group: None,
    };
    let name = text.rsplit('/').next().and_then(|end| end.split([':', '@']).next()).unwrap_or("module");
    let decl = ResourceDecl {
        symbol: Some(Arc::from(name)),
        span,
        whole: unit.span(&declaration.range),
        kind: Arc::from(DEPLOYMENTS),
        api_version: None,
        name: unknown("the name of a deployment", span),
        parent: None,
        scope: None,
        location: None,
        condition: None,
        repeat: None,
        existing: false,
        depends_on: Vec::new(),
        body: Expr { kind: ExprKind::Object(Vec::new()), span },
        deployment: Some(deployment),
    };
    let mut template = scope.clone();
    template.resources = vec![decl];
    Some(TemplateFile {
        template: Some(Arc::new(template)),
        diagnostics: Vec::new(),
        modules: links,
        specs: Vec::new(),
    })
}

/// The file that the last of `files` extends.
fn extended(files: &[ParameterUnit], store: &mut Store<'_>) -> Option<ParameterUnit> {
    let unit = &files.last()?.unit;
    let path = unit.tree.declarations.iter().find_map(|declaration| match &declaration.kind {
        DeclarationKind::Extends { path } => Some(path),
        _ => None,
    })?;
    let span = unit.span(&path.range);
    let full = match join(parent(&unit.path), path.plain()?) {
        Some(full) => full,
        None => {
            let message = "the parameter file lies outside of the tree";
            store.diagnostics.push(Diagnostic::warning("outside-tree", message, span));
            return None;
        }
    };
    if files.iter().any(|read| read.unit.path == full) {
        let message = format!("{full} extends itself");
        store.diagnostics.push(Diagnostic::error("import-cycle", message, span));
        return None;
    }
    if files.len() > MAX_EXTENDED {
        let message = "too many parameter files extend each other; those beyond are not read";
        store.diagnostics.push(Diagnostic::warning("too-many-imports", message, span));
        return None;
    }
    // Without its assignments, the template's defaults would be used.
    let file = store.load(&full, span, Severity::Error)?;
    let unit = Unit::read(file.id(), file.path(), file.text(), &store.registry);
    Some(ParameterUnit { unit, text: TextOrigin::Of(file) })
}

/// The template that a parameter file is for.
fn using(unit: &Unit, registry: &Registry<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<String> {
    let path: &StringLiteral = unit.tree.declarations.iter().find_map(|declaration| match &declaration.kind {
        DeclarationKind::Using { path, .. } => path.as_ref(),
        _ => None,
    })?;
    let text = path.plain()?;
    if is_remote(text) {
        return match registry.locate(text, &unit.path) {
            // A root of its own.
            Located::File(_) | Located::Known(_) => None,
            Located::Away(reason) | Located::Spec { reason, .. } => {
                let message = format!("the template is {reason}");
                diagnostics.push(Diagnostic::note("opaque-module", message, unit.span(&path.range)));
                None
            }
        };
    }
    let full = join(parent(&unit.path), text);
    if full.is_none() {
        let message = "the template lies outside of the tree";
        diagnostics.push(Diagnostic::warning("outside-tree", message, unit.span(&path.range)));
    }
    full
}

impl Lower<'_, '_> {
    /// Lowers the variables and functions into `out`. Returns the assignments: the parameter, the name of its value as a variable, and the value.
    fn parameter_file(&mut self, out: &mut Template) -> Vec<(Arc<str>, Arc<str>, Expr)> {
        self.check_names();
        let mut assigned = Vec::new();
        let unit = self.unit;
        for declaration in &unit.tree.declarations {
            match &declaration.kind {
                DeclarationKind::ParameterAssignment { name, value } => {
                    let value = match value {
                        Some(value) => self.expression(value),
                        None => {
                            if !declaration.decorators.iter().any(|decorator| decorator.name() == Some("inline")) {
                                self.error(&name.range, "a value is missing; only '@inline()' leaves it out");
                            }
                            unknown("a value that the command line gives", self.span(&name.range))
                        }
                    };
                    assigned.push((self.interner.get(&name.text), self.assigned(&name.text), value));
                }
                DeclarationKind::Broken { keyword: crate::syntax::Keyword::Param, name: Some(name) } => {
                    let value = unknown("a value that could not be read", self.span(&name.range));
                    assigned.push((self.interner.get(&name.text), self.assigned(&name.text), value));
                }
                DeclarationKind::Parameter { name, .. } => {
                    self.error(&name.range, "a parameter file gives parameters values; it does not declare them");
                }
                DeclarationKind::Variable { name, value, .. } => self.variable(name, value, out),
                DeclarationKind::Function { name, parameters, body, .. } => self.function(name, parameters, body, out),
                DeclarationKind::Resource(_) | DeclarationKind::Module(_) | DeclarationKind::Output { .. } => {
                    self.error(&declaration.range, "this belongs in a template");
                }
                _ => {}
            }
        }
        self.add_imported(out);
        assigned
    }
}
