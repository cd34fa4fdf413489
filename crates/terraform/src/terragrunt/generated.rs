//! The files that `generate` blocks write. <https://terragrunt.gruntwork.io/docs/reference/hcl/blocks/#generate>

use std::sync::{Arc, PoisonError, RwLock};

use cmklint_source::{Span, file_name};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Terragrunt;
use crate::config::{self, GeneratedFile};
use crate::eval::{Evaluator, ModuleId, Scope};
use crate::syntax::ast::{Block, Body};
use crate::syntax::{ParsedFile, parse_at};
use crate::values::prune;

/// What it takes to parse a text that a unit generates, and how many of its bytes take one step more.
const PARSE_STEPS: usize = 100;
const BYTES_OF_STEP: usize = 8;

/// So many texts of one block are kept: where there are more, they are likely different in each unit.
const MOST_KEPT: usize = 4;

/// The `generate` blocks of a file, as far as they are the same for all units.
struct Blocks {
    /// For each block what it writes, where its path and content are written out.
    written: Vec<Option<Written>>,
    /// The texts that other blocks made so far, by their place.
    texts: RwLock<FxHashMap<Span, Vec<ParsedText>>>,
}

/// A text, and what it was parsed to; `None` where it is broken.
type ParsedText = (Arc<str>, Option<Arc<ParsedFile>>);

/// What a block writes: `None` where that is no configuration.
type Written = Option<GeneratedFile>;

impl Blocks {
    fn of(body: &Body) -> Self {
        let written = |block: &Arc<Block>| {
            let path = block.body.get("path")?.value.as_text()?;
            let contents = block.body.get("contents")?;
            let text = contents.value.as_text()?;
            let name = configuration_name(path);
            Some(name.and_then(|name| {
                let parsed = Arc::new(parse_at(text, contents.value.span)?);
                Some(GeneratedFile { name, parsed })
            }))
        };
        Self { written: body.blocks_of("generate").map(written).collect(), texts: RwLock::default() }
    }
}

impl Terragrunt<'_> {
    /// The configuration files that `files`, those of one unit, write; of several of one name the first.
    pub(super) fn generated(&self, evaluator: &mut Evaluator<'_>, files: &[ModuleId]) -> Vec<GeneratedFile> {
        let (mut out, mut names) = (Vec::new(), FxHashSet::default());
        for at in files {
            let (Some(parsed), Ok(file)) = (self.parsed(*at), evaluator.sources.load(&self.path(*at))) else {
                continue;
            };
            let blocks = evaluator.sources.made_of(file.id(), || Blocks::of(&parsed.body));
            for (block, written) in parsed.body.blocks_of("generate").zip(&blocks.written) {
                let made = match written {
                    Some(written) => written.clone(),
                    None => generated_by(evaluator, block, *at, &blocks, &names),
                };
                out.extend(made.filter(|made| names.insert(Arc::clone(&made.name))));
            }
        }
        out
    }
}

/// The name of the configuration file that is generated at `path`, in the module's folder.
fn configuration_name(path: &str) -> Option<Arc<str>> {
    let name = file_name(path);
    (config::is_configuration(name) && !name.ends_with(".json")).then(|| name.into())
}

/// The configuration file that a `generate` block writes, where its text is known and none of the `names` is its own.
fn generated_by(
    evaluator: &mut Evaluator<'_>,
    block: &Block,
    file: ModuleId,
    blocks: &Blocks,
    names: &FxHashSet<Arc<str>>,
) -> Option<GeneratedFile> {
    let path = prune(&evaluator.eval(&block.body.get("path")?.value, &Scope::of(file)));
    let name = configuration_name(path.as_str()?).filter(|name| !names.contains(name))?;
    let contents = block.body.get("contents")?;
    let value = prune(&evaluator.eval(&contents.value, &Scope::of(file)));
    let parsed = parsed(evaluator, value.as_str()?, contents.value.span, blocks)?;
    Some(GeneratedFile { name, parsed })
}

/// `text`, which a block generates at `span`, parsed once for all units with the same.
fn parsed(evaluator: &mut Evaluator<'_>, text: &str, span: Span, blocks: &Blocks) -> Option<Arc<ParsedFile>> {
    let texts = blocks.texts.read().unwrap_or_else(PoisonError::into_inner);
    let known = texts.get(&span).into_iter().flatten().find(|(known, _)| **known == *text);
    if let Some((_, parsed)) = known {
        return parsed.clone();
    }
    drop(texts);
    if !evaluator.pay(PARSE_STEPS + text.len() / BYTES_OF_STEP, text.len(), span) {
        return None;
    }
    let parsed = parse_at(text, span).map(Arc::new);
    let mut texts = blocks.texts.write().unwrap_or_else(PoisonError::into_inner);
    let texts = texts.entry(span).or_default();
    if texts.len() < MOST_KEPT {
        texts.push((text.into(), parsed.clone()));
    }
    parsed
}
