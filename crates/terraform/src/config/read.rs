//! Reads top-level blocks into a [`Config`].

use std::sync::Arc;

use cmklint_graph::Literal;
use cmklint_source::Diagnostic;
use indexmap::map::Entry;

use super::types::Type;
use super::{Address, Config, ModuleCall, Output, Provider, Repeated, ResourceBlock, Variable, merge_body};
use crate::syntax::ParsedFile;
use crate::syntax::ast::{Block, Body, Expr, ExprKind, StepKind};

#[derive(Default)]
pub(super) struct ConfigReader {
    config: Config,
}

impl ConfigReader {
    pub(super) fn file(&mut self, parsed: &ParsedFile, overrides: bool) {
        self.config.files += 1;
        self.config.size += parsed.size;
        self.config.diagnostics.extend(parsed.diagnostics.iter().cloned());
        for block in &parsed.body.blocks {
            match &*block.kind {
                "variable" => self.variable(block, overrides),
                "locals" => self.locals(block, overrides),
                "output" => self.output(block, overrides),
                "resource" => self.resource(block, false, overrides),
                "data" => self.resource(block, true, overrides),
                "module" => self.call(block, overrides),
                "provider" => self.provider(block, overrides),
                "terraform" => self.config.settings.push(Arc::clone(block)),
                "import" => self.config.imports.extend(block.body.get("to").map(|a| a.value.span)),
                "moved" => self.config.moves.extend(super::moved::read(block)),
                // A check's data source is local to it: nothing outside may refer to it.
                _ => {}
            }
        }
    }

    pub(super) fn finish(self) -> Config {
        self.config
    }

    fn duplicate(&mut self, what: &str, block: &Block) {
        let message = format!("{what} is declared twice; the first declaration is used");
        self.config.diagnostics.push(Diagnostic::warning("duplicate", message, block.header));
    }

    fn variable(&mut self, block: &Arc<Block>, overrides: bool) {
        let name = block.label(0);
        let body = &block.body;
        let default = body.get("default").map(|a| Arc::clone(&a.value));
        let ty = body.get("type").map(|a| Type::read(&a.value));
        let literal_bool = |name: &str| match body.get(name).map(|a| &a.value.kind) {
            Some(ExprKind::Literal(Literal::Bool(value))) => Some(*value),
            _ => None,
        };
        let conditions = conditions(body);
        let validations = validations(&name, &conditions);
        if let Some(variable) = self.config.variables.get_mut(&name) {
            if overrides {
                variable.default = default.or(variable.default.take());
                if let Some(ty) = ty {
                    variable.ty = ty;
                }
                variable.nullable = literal_bool("nullable").unwrap_or(variable.nullable);
                if !conditions.is_empty() {
                    variable.conditions = conditions;
                    variable.validations = validations;
                }
            } else {
                self.duplicate(&format!("variable '{name}'"), block);
            }
            return;
        }
        let nullable = literal_bool("nullable").unwrap_or(true);
        let ty = ty.unwrap_or(Type::Any);
        let variable = Variable { header: block.header, default, ty, nullable, conditions, validations };
        self.config.variables.insert(name, variable);
    }

    fn locals(&mut self, block: &Arc<Block>, overrides: bool) {
        for attribute in &block.body.attributes {
            match self.config.locals.entry(Arc::clone(&attribute.name)) {
                Entry::Vacant(entry) => {
                    entry.insert(attribute.clone());
                }
                Entry::Occupied(mut entry) if overrides => {
                    entry.insert(attribute.clone());
                }
                Entry::Occupied(_) => {
                    let message =
                        format!("local '{}' is declared twice; the first declaration is used", attribute.name);
                    self.config.diagnostics.push(Diagnostic::warning("duplicate", message, attribute.name_span));
                }
            }
        }
    }

    fn output(&mut self, block: &Arc<Block>, overrides: bool) {
        let name = block.label(0);
        if self.config.outputs.contains_key(&name) && !overrides {
            self.duplicate(&format!("output '{name}'"), block);
            return;
        }
        let stated = |name: &str| block.body.get(name).map(|a| Arc::clone(&a.value));
        let (value, depends_on) = (stated("value"), stated("depends_on"));
        self.config.outputs.insert(name, Output { value, depends_on });
    }

    fn resource(&mut self, block: &Arc<Block>, data: bool, overrides: bool) {
        let address = Address { data, kind: block.label(0), name: block.label(1) };
        let block = match self.config.resources.get(&address) {
            Some(base) if overrides => merged(&base.block, block),
            Some(_) => {
                self.duplicate(&address.to_string(), block);
                return;
            }
            None => Arc::clone(block),
        };
        let resource = ResourceBlock {
            address: address.clone(),
            repeated: repeated(&block.body),
            provider: block.body.get("provider").and_then(|a| a.value.as_reference()),
            block,
        };
        self.config.resources.insert(address, resource);
    }

    fn call(&mut self, block: &Arc<Block>, overrides: bool) {
        let name = block.label(0);
        let block = match self.config.calls.get(&name) {
            Some(base) if overrides => merged(&base.block, block),
            Some(_) => {
                self.duplicate(&format!("module '{name}'"), block);
                return;
            }
            None => Arc::clone(block),
        };
        let source = block.body.get("source");
        let providers = match block.body.get("providers").map(|a| &a.value.kind) {
            Some(ExprKind::Object(members)) => {
                let pair = |(k, v): &(Expr, Expr)| Some((k.as_reference()?, configuration_name(v)?));
                members.iter().filter_map(pair).collect()
            }
            _ => Vec::new(),
        };
        let call = ModuleCall {
            name: Arc::clone(&name),
            source: source.and_then(|a| a.value.as_text().cloned()),
            source_span: source.map_or(block.header, |a| a.value.span),
            repeated: repeated(&block.body),
            providers,
            block,
        };
        self.config.calls.insert(name, call);
    }

    fn provider(&mut self, block: &Arc<Block>, overrides: bool) {
        let mut name = block.label(0).to_string();
        if let Some(alias) = block.body.get("alias").and_then(|a| a.value.as_text()) {
            name = format!("{name}.{alias}");
        }
        let body = match self.config.providers.get(&name) {
            Some(base) if overrides => merged(&base.body, block),
            Some(_) => {
                self.duplicate(&format!("provider configuration '{name}'"), block);
                return;
            }
            None => Arc::clone(block),
        };
        self.config.providers.insert(name, Provider { body });
    }
}

fn merged(base: &Block, over: &Block) -> Arc<Block> {
    Arc::new(Block {
        kind: Arc::clone(&base.kind),
        labels: base.labels.clone(),
        header: base.header,
        whole: base.whole,
        body: merge_body(&base.body, &over.body),
    })
}

fn repeated(body: &Body) -> Repeated {
    let get = |name: &str| body.get(name).map(|a| Arc::clone(&a.value));
    // OpenTofu's `enabled`. <https://opentofu.org/docs/language/meta-arguments/enabled/>
    let enabled = body.blocks_of("lifecycle").find_map(|b| b.body.get("enabled")).map(|a| Arc::clone(&a.value));
    Repeated { count: get("count"), for_each: get("for_each"), enabled }
}

/// The provider configuration that `expr` names; the instance key is left open.
fn configuration_name(expr: &Expr) -> Option<String> {
    if let Some(name) = expr.as_reference() {
        return Some(name);
    }
    let ExprKind::Traversal(base, steps) = &expr.kind else { return None };
    let words = steps.iter().map_while(|s| if let StepKind::Attribute(word) = &s.kind { Some(&**word) } else { None });
    Some(format!("{}.{}[?]", base.as_reference()?, words.collect::<Vec<_>>().join(".")))
}

/// The conditions of the validations.
fn conditions(body: &Body) -> Vec<Arc<Expr>> {
    let conditions = body.blocks_of("validation").filter_map(|block| block.body.get("condition"));
    conditions.map(|attribute| Arc::clone(&attribute.value)).collect()
}

/// The conditions that refer to `var.name` alone.
fn validations(name: &str, conditions: &[Arc<Expr>]) -> Vec<Arc<Expr>> {
    let own = format!("var.{name}");
    let about_itself = |condition: &&Arc<Expr>| {
        let mut only = true;
        condition.references(&mut |reference| only &= reference == own);
        only
    };
    conditions.iter().filter(about_itself).map(Arc::clone).collect()
}
