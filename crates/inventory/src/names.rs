//! What a run's code may refer to: an over-estimate of the names, ids and vaults in its values.

use cmklint_graph::{Estate, Kind, Presence, TextPart, Value};
use rustc_hash::FxHashSet;

/// Names in values nested deeper than this are ignored.
const MAX_DEPTH: usize = 64;

/// What the code may refer to, in lower case.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Each sequence of characters in a known text that may be a name.
    words: FxHashSet<String>,
    /// The whole ids of what it declares.
    pub(crate) declared: FxHashSet<String>,
    /// The names of the vaults and managed HSMs that it declares.
    pub(crate) vaults: FxHashSet<String>,
}

impl Names {
    /// What the code of `estate` may refer to.
    pub(crate) fn of(estate: &Estate) -> Self {
        let mut names = Self::default();
        for resource in estate.resources() {
            for value in resource.names.iter().chain([
                &resource.scope.subscription,
                &resource.scope.resource_group,
                &resource.location,
                &resource.body,
                &resource.extends,
            ]) {
                names.read(estate, value, 0);
            }
            if resource.presence != Presence::Declared {
                continue;
            }
            if let Some(id) = estate.id_of(resource.id).as_str() {
                names.declared.insert(id.to_ascii_lowercase());
            }
            if resource.kind.is("Microsoft.KeyVault/vaults") || resource.kind.is("Microsoft.KeyVault/managedHSMs") {
                let name = resource.names.first().map(|n| estate.deref(n));
                names.vaults.extend(name.as_ref().and_then(Value::as_str).map(str::to_ascii_lowercase));
            }
        }
        names
    }

    /// Whether the code may refer to something named `name`.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.words.contains(&name.to_ascii_lowercase())
    }

    fn read(&mut self, estate: &Estate, value: &Value, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        match &value.kind {
            Kind::String(text) => self.text(text),
            Kind::Template(_) | Kind::Ref(_) if depth == 0 || matches!(value.kind, Kind::Template(_)) => {
                let known = estate.deref(value);
                match &known.kind {
                    Kind::String(text) => self.text(text),
                    Kind::Template(parts) => {
                        for part in parts.iter() {
                            match part {
                                TextPart::Text(text) => self.text(text),
                                TextPart::Value(value) => self.read(estate, value, depth + 1),
                            }
                        }
                    }
                    _ => {}
                }
            }
            Kind::Array(array) => array.items.iter().for_each(|item| self.read(estate, item, depth + 1)),
            Kind::Object(object) => {
                for (name, entry) in &object.entries {
                    self.text(name);
                    self.read(estate, &entry.value, depth + 1);
                }
            }
            Kind::Choice(choice) => {
                self.read(estate, &choice.then, depth + 1);
                self.read(estate, &choice.otherwise, depth + 1);
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        for segment in text.split('/') {
            self.word(segment);
            // A vault's host name, and the words of a script.
            for word in segment.split(|c: char| c.is_whitespace() || "'\"`=,;:()[]{}<>&|$\\".contains(c)) {
                if word.len() < segment.len() {
                    self.word(word);
                }
                if let Some((first, _)) = word.split_once('.') {
                    self.word(first);
                }
            }
        }
    }

    fn word(&mut self, word: &str) {
        // The longest names have 90 characters.
        if !word.is_empty() && word.len() <= 128 {
            self.words.insert(word.to_ascii_lowercase());
        }
    }
}
