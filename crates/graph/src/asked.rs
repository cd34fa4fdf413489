//! What the deployments of an estate looked for beyond themselves, for those who join estates that were made apart.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::canonical::canonical;
use crate::value::{Kind, Value};

/// The keys of the resources that deployments looked for among those of other deployments, whether or not they were there.
///
/// Each way from one deployment's code to another's resource goes through a look-up by type and name. A resource that no key stands for was not looked for, so an estate that
/// had it too would have the same answers.
#[derive(Clone, Debug, Default)]
pub struct Asked(Arc<Mutex<BTreeSet<String>>>);

impl Asked {
    /// The keys so far, sorted.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    pub(crate) fn add(&self, keys: impl IntoIterator<Item = String>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(keys);
    }
}

/// A text that two equal values of different deployments share, folded; `None` for a value that is equal to none of another deployment, since it is an input or attribute of its own.
///
/// What one deployment hands over to another is the exception: who joins deployments must know of that by other means.
#[must_use]
pub fn shared_text(value: &Value) -> Option<String> {
    match &value.kind {
        Kind::String(text) => Some(text.to_ascii_lowercase()),
        Kind::Ref(_) => None,
        _ => Some(canonical(value).to_ascii_lowercase()).filter(|text| !names_deployment(text)),
    }
}

/// Whether `text`, a [canonical] one, holds the id of a deployment or of one of its nodes: `d3:`, `d3.7`.
#[must_use]
pub fn names_deployment(text: &str) -> bool {
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == 'd' && !before.is_alphanumeric() && chars.peek().is_some_and(char::is_ascii_digit) {
            while chars.next_if(char::is_ascii_digit).is_some() {}
            if matches!(chars.peek(), Some(':' | '.')) {
                return true;
            }
        }
        before = c;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Symbol;

    #[test]
    fn inputs_of_a_deployment_are_shared_with_no_other() {
        let text = |key: &str| shared_text(&Value::symbol(Symbol::new(key, "x")));
        assert_eq!(text("d3:param:env"), None);
        assert_eq!(text("attribute(d12.4,name)"), None);
        assert_eq!(text("environment:SUBSCRIPTION").as_deref(), Some("<environment:subscription>"));
        assert_eq!(text("grid3:x").as_deref(), Some("<grid3:x>"));
        assert_eq!(shared_text(&Value::string("RG-Prod")).as_deref(), Some("rg-prod"));
    }
}
