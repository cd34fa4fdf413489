//! A unit, its includes merged into it.

use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::{Kind, Object, Part, StepKind, Symbol, Value};
use cmklint_source::Span;

use super::path::in_tree;
use super::{Generated, Include, Unit, generated_name, has_configuration};
use crate::eval::{Evaluator, ModuleId, Scope};
use crate::syntax::ast::Block;
use crate::syntax::parse_at;
use crate::values::prune;

/// What a unit comes to.
pub(super) struct Made {
    pub(super) module: Unit,
    pub(super) source_span: Option<Span>,
    pub(super) inputs: Inputs,
    pub(super) var_files: Vec<String>,
    pub(super) generated: Vec<Generated>,
}

/// What is given to a root from outside.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    pub(crate) given: BTreeMap<String, Value>,
    /// Stands for what else may be given.
    pub(crate) rest: Option<Symbol>,
}

/// How an included file is merged. <https://terragrunt.gruntwork.io/docs/reference/hcl/blocks/#include>
#[derive(Clone, Copy, PartialEq, Eq)]
enum Merge {
    No,
    Shallow,
    Deep,
}

impl Evaluator<'_> {
    /// The files that `file` includes, by label.
    pub(super) fn includes(&mut self, file: ModuleId) -> Vec<Include> {
        let Some(terragrunt) = &self.terragrunt else { return Vec::new() };
        if let Some(known) = terragrunt.includes.get(&file) {
            return known.clone();
        }
        let Some(parsed) = terragrunt.parsed(file) else { return Vec::new() };
        // An included file includes nothing itself: while its own path is being found, and after.
        let included = terragrunt.files.get(&file).is_some_and(|f| f.included_by.is_some());
        if let Some(terragrunt) = self.terragrunt.as_mut() {
            terragrunt.includes.insert(file, Vec::new());
        }
        let mut out = Vec::new();
        if !included {
            for block in parsed.body.blocks_of("include") {
                let found = self.included(block, file);
                out.push((block.label(0), found));
            }
        }
        if let Some(terragrunt) = self.terragrunt.as_mut() {
            terragrunt.includes.insert(file, out.clone());
        }
        out
    }

    fn included(&mut self, block: &Block, file: ModuleId) -> Option<ModuleId> {
        let path = block.body.get("path")?;
        let value = prune(&self.eval(&path.value, &Scope::of(file)));
        let dir = self.terragrunt.as_ref()?.dir(file).to_owned();
        let found = in_tree(&value, &dir).and_then(|path| self.open_file(&path, Some(file)));
        if found.is_none() {
            let message = "what is included here is not in the tree; what it gives is not known";
            self.say(cmklint_source::Diagnostic::warning("include-not-found", message, path.value.span));
        }
        found
    }

    /// The inputs of a file, those of what it includes among them.
    pub(super) fn inputs(&mut self, file: ModuleId) -> Value {
        let Some(parsed) = self.terragrunt.as_ref().and_then(|t| t.parsed(file)) else { return Value::null() };
        let own = parsed.body.get("inputs").map(|a| prune(&self.eval(&a.value, &Scope::of(file))));
        let mut all = Value::object(Object::default());
        for (included, merge) in self.merged(file) {
            let inner = match included {
                Some(included) => self.inputs(included),
                None => Value::symbol(Symbol::new("terragrunt:include", "the inputs of an include that isn't there")),
            };
            all = over(&all, &inner, merge == Merge::Deep, 0);
        }
        let deep = self.merged(file).iter().any(|(_, merge)| *merge == Merge::Deep);
        match own {
            Some(own) => over(&all, &own, deep, 0),
            None => all,
        }
    }

    /// The files whose content is merged into `file`, in order: the later one wins, and the file itself over all.
    fn merged(&mut self, file: ModuleId) -> Vec<(Option<ModuleId>, Merge)> {
        let includes = self.includes(file);
        let Some(parsed) = self.terragrunt.as_ref().and_then(|t| t.parsed(file)) else { return Vec::new() };
        let merge = |block: &Block| match block.body.get("merge_strategy").and_then(|a| a.value.as_text()).map(|t| &**t)
        {
            Some("no_merge") => Merge::No,
            Some("deep" | "deep_map_only") => Merge::Deep,
            _ => Merge::Shallow,
        };
        let merges = parsed.body.blocks_of("include").map(|block| merge(block));
        includes.into_iter().map(|(_, file)| file).zip(merges).filter(|(_, merge)| *merge != Merge::No).collect()
    }

    /// What the unit at `file` comes to.
    pub(super) fn unit_of(&mut self, file: ModuleId) -> Made {
        let mut files: Vec<ModuleId> = vec![file];
        files.extend(self.merged(file).into_iter().rev().filter_map(|(included, _)| included));
        let dir = self.terragrunt.as_ref().map(|t| t.unit_dir(file).to_owned()).unwrap_or_default();
        let mut source = None;
        let mut var_files = Vec::new();
        let mut generated: Vec<Generated> = Vec::new();
        for at in &files {
            let Some(parsed) = self.terragrunt.as_ref().and_then(|t| t.parsed(*at)) else { continue };
            for block in parsed.body.blocks_of("terraform") {
                if source.is_none()
                    && let Some(stated) = block.body.get("source")
                {
                    let value = prune(&self.eval(&stated.value, &Scope::of(*at)));
                    source = Some((value, stated.value.span));
                }
                for extra in block.body.blocks_of("extra_arguments") {
                    var_files.extend(self.var_files(extra, *at, &dir));
                }
            }
            for block in parsed.body.blocks_of("generate") {
                let known = generated.iter().any(|g| self.generates(block, *at).is_some_and(|name| name == g.name));
                if !known {
                    generated.extend(self.generated(block, *at));
                }
            }
        }
        let module = match &source {
            Some((value, _)) => self.folder(value, &dir).map_or(Unit::Remote, Unit::Module),
            None if has_configuration(&dir, self.sources) => Unit::Module(dir),
            None => Unit::Nothing,
        };
        let all = self.inputs(file);
        let inputs = match &all.kind {
            Kind::Object(object) => {
                let input = |(name, entry): (&Arc<str>, &cmklint_graph::Entry)| {
                    let value = match entry.key_span {
                        Some(span) => entry.value.clone().via(span, StepKind::Input, Arc::clone(name)),
                        None => entry.value.clone(),
                    };
                    (name.to_string(), value)
                };
                Inputs { given: object.entries.iter().map(input).collect(), rest: object.rest.clone() }
            }
            Kind::Null => Inputs::default(),
            _ => Inputs { given: BTreeMap::new(), rest: Some(Symbol::new("terragrunt:inputs", all.describe())) },
        };
        Made { module, source_span: source.map(|(_, span)| span), inputs, var_files, generated }
    }

    /// The folder in the tree that a module's source names: of `a//b`, all of it.
    fn folder(&self, source: &Value, dir: &str) -> Option<String> {
        let plain = match &source.kind {
            Kind::String(text) => {
                let text = text.strip_prefix("file://").unwrap_or(text);
                let local = text.starts_with('.') || !text.contains([':', '@']) && !text.contains(".com/");
                if !local {
                    return None;
                }
                Value::string(text.split('?').next().unwrap_or(text).replace("//", "/"))
            }
            Kind::Template(parts) => match &parts[..] {
                [root @ Part::Value(_), Part::Text(text)] => {
                    let kind = Kind::Template([root.clone(), Part::Text(text.replace("//", "/").into())].into());
                    Value::new(kind)
                }
                _ => return None,
            },
            _ => source.clone(),
        };
        in_tree(&plain, dir).filter(|dir| has_configuration(dir, self.sources))
    }

    fn var_files(&mut self, block: &Block, file: ModuleId, dir: &str) -> Vec<String> {
        let mut out = Vec::new();
        for name in ["required_var_files", "optional_var_files"] {
            let Some(attribute) = block.body.get(name) else { continue };
            let list = prune(&self.eval(&attribute.value, &Scope::of(file)));
            let items = list.as_array().map(|a| a.items.clone()).unwrap_or_default();
            let paths = items.iter().filter_map(|item| in_tree(item, dir));
            out.extend(paths.filter(|path| self.sources.is_file(path)));
        }
        out
    }

    fn generates(&mut self, block: &Block, file: ModuleId) -> Option<String> {
        let path = prune(&self.eval(&block.body.get("path")?.value, &Scope::of(file)));
        Some(generated_name(path.as_str()?).to_owned())
    }

    /// The configuration file that a `generate` block writes, where its text is known.
    fn generated(&mut self, block: &Block, file: ModuleId) -> Option<Generated> {
        let name =
            self.generates(block, file).filter(|name| crate::is_configuration(name) && !name.ends_with(".json"))?;
        let contents = block.body.get("contents")?;
        let value = prune(&self.eval(&contents.value, &Scope::of(file)));
        let text = value.as_str()?;
        Some(Generated { name, parsed: parse_at(text, contents.value.span)? })
    }
}

/// Objects are merged this deep.
const DEEPEST: usize = 32;

/// `value` put over `base`: its members replace those of their name, or are merged with them.
fn over(base: &Value, value: &Value, deep: bool, depth: usize) -> Value {
    let (Kind::Object(under), Kind::Object(upper)) = (&base.kind, &value.kind) else {
        return match (&base.kind, &value.kind) {
            // What is below may still have members that the upper one doesn't name.
            (Kind::Symbol(rest), Kind::Object(upper)) if depth == 0 => {
                let open = Object { rest: Some(rest.clone()), ..(**upper).clone() };
                Value { trail: value.trail.clone(), ..Value::object(open) }
            }
            _ => value.clone(),
        };
    };
    let mut out = (**under).clone();
    out.rest = out.rest.or_else(|| upper.rest.clone());
    for (name, entry) in &upper.entries {
        let mut entry = entry.clone();
        if deep
            && depth < DEEPEST
            && let Some(known) = under.entries.get(name)
        {
            entry.value = match (&known.value.kind, &entry.value.kind) {
                (Kind::Array(a), Kind::Array(b)) if a.rest.is_none() && b.rest.is_none() => {
                    let items = a.items.iter().chain(&b.items).cloned().collect();
                    Value { trail: entry.value.trail.clone(), ..Value::array(items) }
                }
                _ => over(&known.value, &entry.value, deep, depth + 1),
            };
        }
        out.entries.insert(Arc::clone(name), entry);
    }
    Value { trail: value.trail.clone(), ..Value::object(out) }
}
