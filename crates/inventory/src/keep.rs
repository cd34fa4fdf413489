//! The parts of a row's member that are kept: those that `kinds.rs` lists, as compact JSON.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::kinds::{KeptMember, Shape};

/// The most properties of one row that are named in a diagnostic.
const MAX_ODD: usize = 3;

/// Writes the kept parts of a member.
pub(crate) struct Keep<'k> {
    pub(crate) node: &'k KeptMember,
    pub(crate) in_list: bool,
    pub(crate) out: &'k mut String,
    pub(crate) path: &'k mut String,
    /// The properties with a wrong type.
    pub(crate) odd: &'k mut Vec<String>,
}

impl<'r> DeserializeSeed<'r> for Keep<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'r>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.node.shape == Shape::Whole && (self.in_list || !self.node.list) {
            let whole = serde_json::Value::deserialize(deserializer)?;
            self.out.push_str(&whole.to_string());
            return Ok(());
        }
        deserializer.deserialize_any(self)
    }
}

impl Keep<'_> {
    fn is_scalar(&self) -> bool {
        self.node.shape == Shape::Scalar && (self.in_list || !self.node.list)
    }

    fn scalar<E>(self, text: &str, kind: &str) -> Result<(), E> {
        if self.is_scalar() {
            self.out.push_str(text);
        } else {
            let wanted = if self.node.list && !self.in_list { "a list" } else { "an object" };
            self.strange(kind, wanted, "0");
        }
        Ok(())
    }

    fn strange(self, is: &str, wanted: &str, mark: &str) {
        self.out.push_str(mark);
        if self.odd.len() < MAX_ODD {
            self.odd.push(format!("{} is {is}, not {wanted}", self.path));
        }
    }
}

impl<'r> Visitor<'r> for Keep<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.out.push_str("null");
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.scalar(if value { "true" } else { "false" }, "a truth value")
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.scalar(&value.to_string(), "a number")
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.scalar(&value.to_string(), "a number")
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.scalar(&value.to_string(), "a number")
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.scalar(&serde_json::Value::from(value).to_string(), "a string")
    }

    fn visit_seq<A: SeqAccess<'r>>(self, mut items: A) -> Result<(), A::Error> {
        if !self.node.list || self.in_list {
            while items.next_element::<IgnoredAny>()?.is_some() {}
            let (wanted, mark) = if self.is_scalar() { ("a scalar", "{}") } else { ("an object", "0") };
            self.strange("a list", wanted, mark);
            return Ok(());
        }
        self.out.push('[');
        loop {
            let length = self.out.len();
            if !self.out.ends_with('[') {
                self.out.push(',');
            }
            let item = Keep { node: self.node, in_list: true, out: self.out, path: self.path, odd: self.odd };
            if items.next_element_seed(item)?.is_none() {
                self.out.truncate(length);
                break;
            }
        }
        self.out.push(']');
        Ok(())
    }

    fn visit_map<A: MapAccess<'r>>(self, mut members: A) -> Result<(), A::Error> {
        let nodes = match &self.node.shape {
            Shape::Object(nodes) if self.in_list || !self.node.list => nodes,
            _ => {
                while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                let (wanted, mark) = if self.is_scalar() { ("a scalar", "{}") } else { ("a list", "0") };
                self.strange("an object", wanted, mark);
                return Ok(());
            }
        };
        self.out.push('{');
        while let Some(key) = members.next_key::<MemberName<'r>>()? {
            let Some(node) = KeptMember::find(nodes, &key.0) else {
                members.next_value::<IgnoredAny>()?;
                continue;
            };
            if !self.out.ends_with('{') {
                self.out.push(',');
            }
            name(&node.name, self.out);
            let length = self.path.len();
            self.path.push('.');
            self.path.push_str(&node.name);
            members.next_value_seed(Keep { node, in_list: false, out: self.out, path: self.path, odd: self.odd })?;
            self.path.truncate(length);
        }
        self.out.push('}');
        Ok(())
    }
}

#[derive(Deserialize)]
pub(crate) struct MemberName<'r>(#[serde(borrow)] pub(crate) Cow<'r, str>);

/// Names in the table contain no characters that JSON escapes.
pub(crate) fn name(name: &str, out: &mut String) {
    out.push('"');
    out.push_str(name);
    out.push_str("\":");
}
