//! The metadata of custom rules, kept until the process ends: findings and reports refer to a rule's metadata by `'static` references, since that of the built-in rules is constant.

use std::collections::HashSet;
use std::sync::{Mutex, OnceLock, PoisonError};

use cmklint_rules::{Edition, Restriction, RuleMeta, Stance};

use crate::metadata::Metadata;

/// The bytes of metadata that are kept. In a language server each edit of an annotation adds some.
const MOST_BYTES: usize = 16 << 20;

#[derive(Default)]
struct Store {
    metas: HashSet<&'static str>,
    rules: Vec<(&'static str, &'static RuleMeta)>,
    bytes: usize,
}

/// The rule that `metadata` describes; the same one each time. `None` where too many were made already.
pub(crate) fn meta(metadata: &Metadata, fallback_name: &str) -> Option<&'static RuleMeta> {
    static STORE: OnceLock<Mutex<Store>> = OnceLock::new();
    let mut store = STORE.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    let name = metadata.name.clone().unwrap_or_else(|| fallback_name.to_owned());
    let key = format!("{}\n{name}\n{}\n{}\n{}", metadata.id, metadata.level, metadata.is_on, page(metadata, &name));
    if let Some((_, rule)) = store.metas.get(key.as_str()).and_then(|key| store.rules.iter().find(|(k, _)| k == key)) {
        return Some(rule);
    }
    store.bytes += 2 * key.len() + 512;
    if store.bytes > MOST_BYTES {
        return None;
    }
    let leak = |text: String| -> &'static str { text.leak() };
    let restriction: &'static Restriction = Box::leak(Box::new(Restriction {
        id: "custom",
        statement: RuleMeta::CUSTOM,
        says: leak(metadata.title.clone()),
        stances: [Stance::InForce; Edition::ALL.len()],
        source: "",
    }));
    let restrictions: &'static [&'static Restriction] = vec![restriction].leak();
    let rule: &'static RuleMeta = Box::leak(Box::new(RuleMeta {
        id: leak(metadata.id.clone()),
        page: leak(page(metadata, &name)),
        name: leak(name),
        level: metadata.level,
        restrictions,
        default_on: metadata.is_on,
        security_severity: None,
        options: &[],
    }));
    let key = leak(key);
    store.metas.insert(key);
    store.rules.push((key, rule));
    Some(rule)
}

/// The rule's page, in the sections that `explain` and reports show.
fn page(metadata: &Metadata, name: &str) -> String {
    let mut page = format!("# {} {name}\n\n{}.\n", metadata.id, metadata.title);
    for (title, text) in [("What it reports", &metadata.description), ("How to put it right", &metadata.help)] {
        if !text.is_empty() {
            page.push_str(&format!("\n## {title}\n\n{text}\n"));
        }
    }
    page
}
