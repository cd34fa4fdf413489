//! The values that are given to the variables of a root.

use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::{Symbol, Value};

use crate::values::attribute;

/// Values by the variable's name.
pub(crate) type Values = BTreeMap<String, Value>;

/// The values that are given to a root's variables, later ones over earlier ones of the same name. What many roots and sets of inputs are given alike is held once for all of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct GivenValues {
    /// Earlier ones, in order.
    under: Vec<Arc<Values>>,
    /// The latest ones.
    own: Values,
    /// Represents what others may be given.
    rest: Option<Symbol>,
}

impl GivenValues {
    /// The value of the variable `name`.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.own.get(name).or_else(|| self.under.iter().rev().find_map(|values| values.get(name)))
    }

    /// The value of the variable `name`, or what represents it where others may be given.
    pub(crate) fn get_or_rest(&self, name: &str) -> Option<Value> {
        let of_rest = |rest: &Symbol| attribute(&Value::symbol(rest.clone()), name, &Value::null());
        self.get(name).cloned().or_else(|| self.rest.as_ref().map(of_rest))
    }

    /// The same values, where `rest` represents what others may be given.
    pub(crate) fn with_rest(self, rest: Option<Symbol>) -> Self {
        Self { rest, ..self }
    }

    /// Whether the variable `name` is given a value.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Gives the variable `name` this value.
    pub(crate) fn insert(&mut self, name: String, value: Value) {
        self.own.insert(name, value);
    }

    /// Gives all `values`, which others are given too.
    pub(crate) fn insert_all(&mut self, values: &Arc<Values>) {
        if values.is_empty() {
            return;
        }
        if !self.own.is_empty() {
            self.under.push(Arc::new(std::mem::take(&mut self.own)));
        }
        self.under.push(Arc::clone(values));
    }
}

impl From<Values> for GivenValues {
    fn from(own: Values) -> Self {
        Self { own, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_values_go_over_earlier_ones_whether_they_are_shared_or_not() {
        let text = |value: &str| Value::string(value);
        let shared = Arc::new(Values::from([("a".to_owned(), text("2")), ("b".to_owned(), text("2"))]));
        let mut given = GivenValues::from(Values::from([("a".to_owned(), text("1")), ("c".to_owned(), text("1"))]));
        given.insert_all(&shared);
        given.insert("b".to_owned(), text("3"));
        let all = ["a", "b", "c", "d"].map(|name| given.get(name).and_then(Value::as_str));
        assert_eq!(all, [Some("2"), Some("3"), Some("1"), None]);
        assert_eq!(Arc::strong_count(&shared), 2, "it is not copied");
        assert!(given.contains("c") && !given.contains("d"));
    }
}
