//! Parameter files.

use std::sync::{Arc, Mutex, PoisonError};

use cmklint_graph::{DEPLOYMENTS, Literal};
use cmklint_source::reads::{self, Reads};
use cmklint_source::{Diagnostic, FileId, Severity, SourceFile, Sources, join, parent};
use cmklint_template::{
    Assignments, DeploymentDecl, Expr, ExprKind, Inherited, Member, ResourceDecl, Template, TemplateRef, Variable,
};
use indexmap::IndexMap;
use rustc_hash::FxHashMap;

use super::registry::{Located, Registry, is_remote};
use super::store::Store;
use super::unit::Unit;
use super::{Lower, unknown};
use crate::files::{ParameterFile, TemplateFile};
use crate::syntax::{DeclarationKind, StringLiteral};

/// The longest chain of parameter files that extend one another.
const MAX_EXTENDED: usize = 16;

/// So many bases that one file may be are kept: it is more than one where files extend one another in a circle, or too many do.
const MAX_KEPT: usize = 2;
/// So many faults of each file that is extended are told again for the one that extends it: all are told where it is read for its own sake.
const MAX_TOLD: usize = 16;
/// A module of a registry that a parameter file names is deployed with at most so many values of the files that it extends.
const MAX_GIVEN: usize = 512;

/// A parameter file that another extends.
struct Extended {
    file: Arc<SourceFile>,
    read: Arc<ReadUnit>,
}

/// A file that was parsed once for all that extend it, and what was read for that.
struct ReadUnit {
    unit: Unit,
    reads: Reads,
}

/// What a file takes over from the one that it extends, with what that takes over itself: made once for all that extend it.
#[derive(Default)]
struct Base {
    /// Its variables and functions, and the values that it gives as variables.
    scope: Option<Arc<Template>>,
    /// The values, as those variables.
    inherited: Arc<Inherited>,
    diagnostics: Vec<Diagnostic>,
    reads: Reads,
}

/// The bases that a file is, by the files from it on: where files extend one another in a circle, the end depends on where one begins.
#[derive(Default)]
struct Bases(Mutex<FxHashMap<Vec<FileId>, Arc<Base>>>);

/// Lowers a parameter file.
pub(crate) fn parameters(file: &SourceFile, sources: &Sources) -> ParameterFile {
    let mut store = Store::new(sources);
    let own = Unit::read(file.id(), file.path(), file.text(), &store.registry);
    let mut diagnostics: Vec<Diagnostic> = own.syntax_errors().collect();
    let mut files: Vec<Extended> = Vec::new();
    while let Some(next) = extended(&own, &files, sources, &mut store) {
        diagnostics.extend(next.read.unit.syntax_errors().take(MAX_TOLD));
        files.push(next);
    }
    let mut template = None;
    let units = || std::iter::once(&own).chain(files.iter().map(|file| &file.read.unit));
    for unit in units() {
        template = template.or_else(|| using(unit, &store.registry, &mut diagnostics));
    }
    let mut base: Option<Arc<Base>> = None;
    for at in (0..files.len()).rev() {
        let made = base_at(files.get(at..).unwrap_or_default(), base.as_deref(), sources);
        reads::repeat(&made.reads);
        diagnostics.extend(made.diagnostics.iter().take(MAX_TOLD).cloned());
        base = Some(made);
    }
    store.read_imports(&own);
    let mut lower = Lower::new(&own, file.text(), &mut store);
    lower.base = base.as_ref().map(|base| Arc::clone(&base.inherited));
    let mut scope = lower.empty();
    scope.extends = base.as_ref().and_then(|base| base.scope.clone());
    let assigned = lower.parameter_file(&mut scope);
    diagnostics.append(&mut lower.diagnostics);
    let inherited = base.as_ref().map(|base| Arc::clone(&base.inherited)).unwrap_or_default();
    let assignments = Assignments::new(assigned.into_iter().map(|(name, _, value)| (name, value)).collect(), inherited);
    let root = units().find_map(|unit| remote_root(unit, &scope, &assignments, &mut store));
    diagnostics.append(&mut store.diagnostics);
    diagnostics.append(&mut store.registry.take_diagnostics());
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    diagnostics.dedup();
    let extends = files.iter().map(|file| file.read.unit.path.clone()).collect();
    ParameterFile { template, root, scope: Arc::new(scope), extends, assignments, diagnostics }
}

/// What is taken over from the first of `files`, each of which extends the next: `below` is that of the second.
fn base_at(files: &[Extended], below: Option<&Base>, sources: &Sources) -> Arc<Base> {
    let Some(first) = files.first() else { return Arc::default() };
    let bases = sources.made_of(first.file.id(), Bases::default);
    let key: Vec<FileId> = files.iter().map(|file| file.file.id()).collect();
    let all = || bases.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = all().get(&key) {
        return Arc::clone(known);
    }
    let (base, reads) = reads::recorded(|| lowered(first, below, sources));
    let base = Arc::new(Base { reads, ..base });
    let mut known = all();
    if known.len() < MAX_KEPT {
        known.insert(key, Arc::clone(&base));
    }
    base
}

/// What is taken over from a file that extends one from which `below` is taken over.
fn lowered(of: &Extended, below: Option<&Base>, sources: &Sources) -> Base {
    let mut store = Store::new(sources);
    let unit = &of.read.unit;
    store.read_imports(unit);
    let mut lower = Lower::new(unit, of.file.text(), &mut store);
    lower.prefix = format!("{}:", unit.path);
    lower.base = below.map(|below| Arc::clone(&below.inherited));
    let mut scope = lower.empty();
    scope.extends = below.and_then(|below| below.scope.clone());
    let assigned = lower.parameter_file(&mut scope);
    let mut diagnostics = std::mem::take(&mut lower.diagnostics);
    let mut values = IndexMap::new();
    for (name, variable, value) in assigned {
        let span = value.span;
        scope.variables.insert(Arc::clone(&variable), Variable { span, value });
        values.insert(name, Expr { kind: ExprKind::Variable(variable), span });
    }
    diagnostics.append(&mut store.diagnostics);
    diagnostics.append(&mut store.registry.take_diagnostics());
    Base {
        scope: Some(Arc::new(scope)),
        inherited: Arc::new(Inherited::new(values, below.map(|below| Arc::clone(&below.inherited)))),
        diagnostics,
        reads: Reads::default(),
    }
}

/// The template that stands for what is deployed where the parameter file names a module of a registry that is at hand, or known by its source: one that calls
/// that module with what the file gives.
fn remote_root(
    unit: &Unit,
    scope: &Template,
    assignments: &Assignments,
    store: &mut Store<'_>,
) -> Option<TemplateFile> {
    let (declaration, path) = unit.tree.declarations.iter().find_map(|declaration| match &declaration.kind {
        DeclarationKind::Using { path, .. } => Some((declaration, path.as_ref()?)),
        _ => None,
    })?;
    let span = unit.span(&path.range);
    let text = path.plain().filter(|text| is_remote(text))?;
    let taken_over = assignments.iter().filter(|(name, _)| !assignments.own().contains_key(*name)).take(MAX_GIVEN);
    let all: Vec<(&Arc<str>, &Expr)> = taken_over.chain(assignments.own()).collect();
    let (template, links) = match store.registry.locate(text, &unit.path) {
        Located::File(path) => (TemplateRef::File { path: path.clone(), span }, vec![path]),
        Located::Known(called) => {
            let given: Vec<&str> = all.iter().map(|(name, _)| &***name).collect();
            let template = store.stand_in(&called, &given)?;
            (TemplateRef::Inline(template), store.stand_in_paths().cloned().collect())
        }
        Located::Away(_) | Located::Spec { .. } => return None,
    };
    let argument = |(name, value): (&Arc<str>, &Expr)| Member::Property {
        key: Expr { kind: ExprKind::Literal(Literal::String(Arc::clone(name))), span: value.span },
        value: value.clone(),
    };
    let arguments = Expr { kind: ExprKind::Object(all.into_iter().map(argument).collect()), span };
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

/// The file that the last of `files` extends, or `own` where there is none yet.
fn extended(own: &Unit, files: &[Extended], sources: &Sources, store: &mut Store<'_>) -> Option<Extended> {
    let unit = files.last().map_or(own, |last| &last.read.unit);
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
    if own.path == full || files.iter().any(|file| file.read.unit.path == full) {
        let message = format!("{full} extends itself");
        store.diagnostics.push(Diagnostic::error("import-cycle", message, span));
        return None;
    }
    if files.len() >= MAX_EXTENDED {
        let message = "too many parameter files extend each other; those beyond are not read";
        store.diagnostics.push(Diagnostic::warning("too-many-imports", message, span));
        return None;
    }
    // Without its assignments, the template's defaults would be used.
    let file = store.load(&full, span, Severity::Error)?;
    let read = sources.made_of(file.id(), || {
        let registry = Registry::new(sources);
        let (unit, reads) = reads::recorded(|| Unit::read(file.id(), file.path(), file.text(), &registry));
        ReadUnit { unit, reads }
    });
    reads::repeat(&read.reads);
    Some(Extended { file, read })
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
