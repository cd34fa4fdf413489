//! Notes on the estate's values that are not findings: placeholders, regions that are misspelt, and dates of keys that are not dates.

use std::collections::{BTreeMap, BTreeSet};

use cmklint_source::{Diagnostic, Span};
use rustc_hash::FxHashMap;

use crate::estate::Estate;
use crate::instant::Instant;
use crate::placeholder::text_of;
use crate::region::meant_region;
use crate::resource::Resource;
use crate::value::{Kind, TextPart, Value};

impl Estate {
    /// A warning for each place with a misspelt region or a date of a key that is none, and a note for each file with placeholders, which lists them.
    #[must_use]
    pub fn remarks(&self) -> Vec<Diagnostic> {
        let mut placeholders: BTreeMap<Span, BTreeSet<&str>> = BTreeMap::new();
        let mut warnings: BTreeMap<Span, Diagnostic> = BTreeMap::new();
        let mut meant: FxHashMap<String, Option<&str>> = FxHashMap::default();
        for resource in self.resources().filter(|resource| !self.is_in_inventory(resource.id)) {
            let scope = [&resource.scope.subscription, &resource.scope.resource_group];
            for value in resource.names.iter().chain([&resource.location, &resource.body]).chain(scope) {
                each_placeholder(value, &mut |text, span| {
                    placeholders.entry(span).or_default().insert(text);
                });
            }
            let targets = resource.body.get("properties.publishingProfile.targetRegions");
            let targets = targets.as_array().map_or(&[][..], |array| &array.items);
            let named: Vec<Value> = targets.iter().map(|target| target.get("name")).collect();
            for value in named.iter().chain([&resource.location]) {
                each_text(value, &mut |text, span| {
                    let meant = match meant.get(text) {
                        Some(meant) => *meant,
                        None => *meant.entry(text.to_owned()).or_insert_with(|| meant_region(text)),
                    };
                    if let Some(meant) = meant {
                        let message = format!(
                            "no region of Azure is named '{text}': '{meant}' may be meant. Nothing is decided by it"
                        );
                        warnings.entry(span).or_insert_with(|| Diagnostic::warning("region", message, span));
                    }
                });
            }
            for value in dates(resource) {
                each_known(&value, &mut |value, span| {
                    if Instant::of(value).is_none() {
                        let message = format!("{} is no date of a key. Nothing is decided by it", value.describe());
                        warnings.entry(span).or_insert_with(|| Diagnostic::warning("date", message, span));
                    }
                });
            }
        }
        warnings.into_values().chain(by_file(placeholders)).collect()
    }
}

/// From when on and until when the key that `resource` is can be used.
fn dates(resource: &Resource) -> Vec<Value> {
    let keys = ["Microsoft.KeyVault/vaults/keys", "Microsoft.KeyVault/managedHSMs/keys"];
    match keys.iter().any(|kind| resource.kind.is(kind)) {
        true => ["nbf", "exp"].map(|date| resource.get(&format!("properties.attributes.{date}"))).to_vec(),
        false => Vec::new(),
    }
}

/// One note a file, at its first placeholder.
fn by_file(placeholders: BTreeMap<Span, BTreeSet<&str>>) -> Vec<Diagnostic> {
    let mut files: BTreeMap<_, (Span, BTreeSet<&str>)> = BTreeMap::new();
    for (span, texts) in placeholders {
        files.entry(span.file).or_insert_with(|| (span, BTreeSet::new())).1.extend(texts);
    }
    let note = |(span, texts): (Span, BTreeSet<&str>)| {
        let list: Vec<&str> = texts.into_iter().collect();
        let message = format!("placeholders are not values, so nothing is decided by them: {}", list.join(", "));
        Diagnostic::note("placeholder", message, span)
    };
    files.into_values().map(note).collect()
}

/// Each placeholder in `value` with the place where it is written.
fn each_placeholder<'a>(value: &'a Value, found: &mut impl FnMut(&'a str, Span)) {
    match &value.kind {
        Kind::Symbol(symbol) => {
            if let (Some(text), Some(step)) = (text_of(symbol), value.trail.oldest()) {
                found(text, step.span);
            }
        }
        Kind::Template(parts) => {
            for part in parts.iter() {
                if let TextPart::Value(value) = part {
                    each_placeholder(value, found);
                }
            }
        }
        Kind::Array(array) => array.items.iter().for_each(|item| each_placeholder(item, found)),
        Kind::Object(object) => object.entries.values().for_each(|entry| each_placeholder(&entry.value, found)),
        Kind::Choice(choice) => {
            each_placeholder(&choice.then, found);
            each_placeholder(&choice.otherwise, found);
        }
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Ref(_) => {}
    }
}

/// Each known text that `value` may be, with the place where it is written.
fn each_text(value: &Value, found: &mut impl FnMut(&str, Span)) {
    each_known(value, &mut |value, span| {
        if let Kind::String(text) = &value.kind {
            found(text, span);
        }
    });
}

/// Each text, number and the like that `value` may be, with the place where it is written.
fn each_known(value: &Value, found: &mut impl FnMut(&Value, Span)) {
    match &value.kind {
        Kind::Bool(_) | Kind::String(_) | Kind::Number(_) => {
            if let Some(step) = value.trail.oldest() {
                found(value, step.span);
            }
        }
        Kind::Choice(choice) => {
            each_known(&choice.then, found);
            each_known(&choice.otherwise, found);
        }
        _ => {}
    }
}
