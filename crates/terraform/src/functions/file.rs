//! Functions that read files: those of the analyzed tree. A missing file is unknown, not an error: it may be written before Terraform runs.
//! <https://developer.hashicorp.com/terraform/language/functions/file>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cmklint_graph::{StepKind, Value};
use cmklint_source::FileId;

use super::text::text;
use super::{Made, Site, Stop, composed_text, fileset, hash};

/// Size of the largest file that is read, in bytes.
const MAX_SIZE: usize = 4 << 20;

pub(super) fn call(name: &str, args: &[Value], site: &Site<'_>) -> Option<Made> {
    let bytes = || text(args, 0).and_then(|path| read(path, site));
    Some(match name {
        "file" => text(args, 0).and_then(|path| content(path, site)),
        "filebase64" => bytes().map(|bytes| Value::string(STANDARD.encode(bytes))),
        "fileexists" => text(args, 0).and_then(|path| match resolve(path, site) {
            Some(path) if site.sources.is_file(&path) => Ok(Value::bool(true)),
            _ => Err(Stop::Unknown),
        }),
        "fileset" => fileset::call(args, site),
        "pathexpand" => text(args, 0)
            .and_then(|path| if path.starts_with('~') { Err(Stop::Unknown) } else { Ok(Value::string(path)) }),
        name => {
            let hash = name.strip_prefix("filebase64").map(|rest| format!("base64{rest}"));
            let hash = hash.or_else(|| name.strip_prefix("file").map(str::to_owned))?;
            hash::of(&hash, b"")?;
            bytes().and_then(|bytes| hash::of(&hash, &bytes).ok_or(Stop::Unknown))
        }
    })
}

/// The text of the file at `path`, which is read once.
fn content(path: &str, site: &Site<'_>) -> Made {
    let Some(path) = resolve(path, site) else { return Err(Stop::Unknown) };
    if let Some(known) = site.texts.borrow().get(&path) {
        return known.clone();
    }
    let made = read_at(&path, site).and_then(|bytes| match String::from_utf8(bytes) {
        Ok(text) => Ok(with_place(Value::string(composed_text(&text)), &path, site)),
        Err(_) => Err(Stop::Refused("a file that is not UTF-8 text")),
    });
    site.texts.borrow_mut().insert(path, made.clone());
    made
}

/// `value`, the text of the file at `path`, written there where it may be data that is read further.
fn with_place(value: Value, path: &str, site: &Site<'_>) -> Value {
    /// Of larger files places are not told.
    const MOST: usize = 1 << 20;
    let is_data = [".json", ".yaml", ".yml"].iter().any(|end| path.ends_with(end));
    let file = if is_data { site.sources.load(path).ok() } else { None };
    match (file, value.as_str()) {
        (Some(file), Some(text)) if text.len() <= MOST && file.text() == text => {
            let whole = file.span(0, text.len());
            value.written_at(whole)
        }
        _ => value,
    }
}

/// The file whose whole text `value` is, which is `text`.
pub(super) fn whole_of(value: Option<&Value>, text: &str) -> Option<FileId> {
    let step = value?.trail.oldest()?;
    let whole = step.kind == StepKind::Literal && step.span.start == 0 && step.span.end as usize == text.len();
    whole.then_some(step.span.file)
}

/// The tree-relative path of `path`, as Terraform, run in the root's folder, resolves it.
pub(super) fn resolve(path: &str, site: &Site<'_>) -> Option<String> {
    if path.starts_with(['/', '~']) || path.contains('\\') {
        return None;
    }
    cmklint_source::join(site.root, path)
}

/// The bytes of the file at `path`.
pub(crate) fn read(path: &str, site: &Site<'_>) -> Result<Vec<u8>, Stop> {
    read_at(&resolve(path, site).ok_or(Stop::Unknown)?, site)
}

/// The bytes of the file at `path` of the tree.
fn read_at(path: &str, site: &Site<'_>) -> Result<Vec<u8>, Stop> {
    if !site.sources.is_file(path) {
        return Err(Stop::Unknown);
    }
    let bytes = site.sources.head(path, MAX_SIZE + 1).map_err(|_| Stop::Unknown)?;
    if bytes.len() > MAX_SIZE { Err(Stop::Unknown) } else { Ok(bytes) }
}
