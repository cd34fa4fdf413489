//! The values of Terragrunt's own words: `include`, `dependency`, `feature`, `values`.

use std::sync::Arc;

use cmklint_graph::{Object, StepKind as TrailStep, Symbol, Value};
use cmklint_source::{Span, file_name, parent};

use super::Terragrunt;
use super::path::in_tree;
use crate::eval::{Evaluator, ModuleId, Reference, Scope};
use crate::syntax::ast::{Block, Step, StepKind};
use crate::values::prune;

/// What it takes to pass an output of a unit to one that depends on it, by all that looks at it on its way.
const OUTPUT_STEPS: usize = 4;

impl Terragrunt<'_> {
    /// The value of a reference that is one of Terragrunt's; `None` for all others.
    pub(super) fn own_reference(&self, evaluator: &mut Evaluator<'_>, reference: &Reference<'_>) -> Option<Value> {
        let Reference { name, steps, scope, span } = *reference;
        let word = match steps.first().map(|s| &s.kind) {
            Some(StepKind::Attribute(word)) => Some(Arc::clone(word)),
            _ => None,
        };
        let (value, rest) = match name {
            "include" => {
                let word = word?;
                let includes = self.includes(evaluator, scope.module);
                // The bare word means the only include without a label.
                let (found, rest) = match includes.iter().find(|(label, _)| *label == word) {
                    Some((_, found)) => (*found, steps.get(1..)),
                    None => (includes.iter().find(|(label, _)| label.is_empty()).and_then(|(_, f)| *f), Some(steps)),
                };
                let value = match found {
                    Some(file) => self.included_value(evaluator, file, rest.unwrap_or(&[]), span),
                    None => evaluator.opaque(span, "an include that isn't there"),
                };
                (value, rest.unwrap_or(&[]))
            }
            "dependency" => {
                let rest = steps.get(1..).unwrap_or(&[]);
                let output = match rest {
                    [
                        Step { kind: StepKind::Attribute(all), .. },
                        Step { kind: StepKind::Attribute(output), .. },
                        ..,
                    ] if &**all == "outputs" => Some(output),
                    _ => None,
                };
                (self.dependency(evaluator, &word?, scope.module, output), rest)
            }
            "feature" | "values" | "unit" | "stack" => {
                let word = word?;
                let dir = self.unit_dir(scope.module);
                let symbol = Symbol::new(format!("terragrunt:{dir}:{name}.{word}"), format!("{name}.{word}"));
                (Value::symbol(symbol), steps.get(1..).unwrap_or(&[]))
            }
            _ => return None,
        };
        Some(evaluator.follow(value, rest, scope))
    }

    /// The value of an included file: of its locals only the one that `steps` name, since the others may need the value that is being evaluated.
    fn included_value(&self, evaluator: &mut Evaluator<'_>, file: ModuleId, steps: &[Step], span: Span) -> Value {
        let words: Vec<&Arc<str>> = steps
            .iter()
            .take(2)
            .filter_map(|s| if let StepKind::Attribute(word) = &s.kind { Some(word) } else { None })
            .collect();
        let [first, second] = words[..] else { return self.file_value(evaluator, file, span) };
        if &**first != "locals" {
            return self.file_value(evaluator, file, span);
        }
        let value = prune(&evaluator.local(file, second, span));
        let mut locals = cmklint_graph::Object::default();
        locals.insert(Arc::clone(second), None, value);
        let mut object = cmklint_graph::Object::default();
        object.insert("locals", None, Value::object(locals));
        Value::object(object)
    }

    /// The value of a dependency: the outputs of the unit in its folder, or the one that is `wanted`. Unknown outputs are a symbol, the same wherever that folder is depended on.
    fn dependency(
        &self,
        evaluator: &mut Evaluator<'_>,
        name: &str,
        file: ModuleId,
        wanted: Option<&Arc<str>>,
    ) -> Value {
        let label = format!("dependency.{name}");
        let Some((block, home)) = self.dependency_block(evaluator, name, file) else {
            return Value::symbol(Symbol::new(format!("terragrunt:{label}"), label));
        };
        let unit = self.depended_on(evaluator, &block, file, home);
        let key = unit.clone().unwrap_or_else(|| format!("{}:{name}", self.unit_dir(file)));
        let symbol = |what: &str| Symbol::new(format!("terragrunt:dependency {key}{what}"), format!("{label}{what}"));
        let Some((unit, outputs)) = unit.as_ref().and_then(|unit| self.others?.units.get_key_value(unit)) else {
            return Value::symbol(symbol(""));
        };
        let mut given = Object { rest: Some(symbol(".outputs")), ..Object::default() };
        let outputs: Vec<(&Arc<str>, &Value)> = match wanted {
            Some(wanted) => outputs.get_key_value(wanted).into_iter().collect(),
            None => outputs.iter().collect(),
        };
        if !evaluator.pay(outputs.len().saturating_mul(OUTPUT_STEPS), 0, block.header) {
            return Value::symbol(symbol(""));
        }
        for (output, value) in outputs {
            let value = value.clone().via(block.header, TrailStep::Output, format!("{output} of {unit}"));
            given.insert(Arc::clone(output), None, value);
        }
        let mut object = Object { rest: Some(symbol("")), ..Object::default() };
        object.insert("outputs", None, Value::object(given));
        Value::object(object)
    }

    /// The folder of the unit that `block` of the file `home` depends on, for the unit `file`.
    fn depended_on(
        &self,
        evaluator: &mut Evaluator<'_>,
        block: &Block,
        file: ModuleId,
        home: ModuleId,
    ) -> Option<String> {
        let path = block.body.get("config_path")?;
        let value = prune(&evaluator.eval(&path.value, &Scope::of(home)));
        let path = in_tree(&value, &self.unit_dir(file))?;
        Some(if super::is_terragrunt(file_name(&path)) { parent(&path).to_owned() } else { path })
    }

    /// The folders of the units that the unit `file` depends on, itself or through its includes.
    pub(super) fn dependencies(&self, evaluator: &mut Evaluator<'_>, file: ModuleId) -> Vec<String> {
        let mut files = vec![file];
        files.extend(self.includes(evaluator, file).into_iter().filter_map(|(_, included)| included));
        let mut out = Vec::new();
        for home in files {
            let Some(parsed) = self.parsed(home) else { continue };
            for block in parsed.body.blocks_of("dependency") {
                out.extend(self.depended_on(evaluator, block, file, home));
            }
        }
        out.sort();
        out.dedup();
        out
    }

    /// The block of the dependency `name` in the file, or in one that it includes; and the file that it is in.
    fn dependency_block(
        &self,
        evaluator: &mut Evaluator<'_>,
        name: &str,
        file: ModuleId,
    ) -> Option<(Arc<Block>, ModuleId)> {
        let mut files = vec![file];
        files.extend(self.includes(evaluator, file).into_iter().filter_map(|(_, included)| included));
        files.extend(self.includer(file));
        files.into_iter().find_map(|file| {
            let parsed = self.parsed(file)?;
            let found = parsed.body.blocks_of("dependency").find(|b| *b.label(0) == *name).cloned();
            found.map(|block| (block, file))
        })
    }
}
