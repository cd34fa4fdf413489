//! Access to what is inside a value, and its description in few words.

use super::apply::shorten;
use super::{Choice, Kind, Ref, TextPart, Value};
use crate::path::{AsPath, PathStep};

/// How the name of the call begins that takes the member of an unknown by the name that follows.
pub(crate) const MEMBER: &str = "member:";
/// The same for the item at the index that follows.
pub(crate) const ITEM: &str = "item:";

impl Value {
    /// The member or item that `path` names (`properties.activeKey.keyUrl`, `dataDisks[0].lun`), names in any case. Null where it
    /// is absent; a symbol where it is not known whether it is there; through a choice, the choice of both arms' members.
    #[must_use]
    pub fn get(&self, path: &(impl AsPath + ?Sized)) -> Self {
        let mut at = self.clone();
        for step in path.steps() {
            at = at.step(step);
            if at.is_null() {
                break;
            }
        }
        at
    }

    /// The member or item that `step` leads to, as [`Value::get`] has it.
    pub(crate) fn step(&self, step: PathStep<'_>) -> Self {
        match step {
            PathStep::Member(name) => self.member(name),
            PathStep::Item(index) => self.item(index),
        }
    }

    /// The member `name` in any case, as [`Value::get`] has it.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        match &self.kind {
            Kind::Object(object) => match object.get(name) {
                Some(entry) => entry.value.clone(),
                None => match &object.rest {
                    Some(rest) => Self::apply(
                        &format!("{MEMBER}{}", name.to_ascii_lowercase()),
                        &[Self::symbol(rest.clone())],
                        Some(&format!("{}.{name}", rest.label())),
                    ),
                    None => Self::null(),
                },
            },
            Kind::Ref(r) => {
                let path = r.path.member(name);
                Self { kind: Kind::Ref(Ref { node: r.node, path }), trail: self.trail.clone() }
            }
            Kind::Symbol(symbol) => {
                let mut value = Self::apply(
                    &format!("{MEMBER}{}", name.to_ascii_lowercase()),
                    std::slice::from_ref(self),
                    Some(&format!("{}.{name}", symbol.label())),
                );
                value.trail = self.trail.clone();
                value
            }
            Kind::Choice(choice) => self.rebuild(choice, |arm| arm.member(name)),
            _ => Self::null(),
        }
    }

    /// The item at `index` (from 0), as [`Value::get`] has it.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        match &self.kind {
            Kind::Array(array) => match array.items.get(index) {
                Some(item) => item.clone(),
                None => match &array.rest {
                    Some(rest) => Self::apply(&format!("{ITEM}{index}"), &[Self::symbol(rest.clone())], None),
                    None => Self::null(),
                },
            },
            Kind::Ref(r) => {
                let path = r.path.item(index);
                Self { kind: Kind::Ref(Ref { node: r.node, path }), trail: self.trail.clone() }
            }
            Kind::Symbol(_) => Self::apply(&format!("{ITEM}{index}"), std::slice::from_ref(self), None),
            Kind::Choice(choice) => self.rebuild(choice, |arm| arm.item(index)),
            _ => Self::null(),
        }
    }

    fn rebuild(&self, choice: &Choice, f: impl Fn(&Self) -> Self) -> Self {
        let mut value = Self::choice(choice.atom.clone(), f(&choice.then), f(&choice.otherwise));
        value.trail = self.trail.after(&value.trail);
        value
    }

    /// The value in few words, for messages: text in quotes, symbols by their label, lists and objects by their size.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.kind {
            Kind::Null => "null".to_owned(),
            Kind::Bool(value) => value.to_string(),
            Kind::Number(number) => number.to_string(),
            Kind::String(text) => format!("'{}'", shorten(text)),
            Kind::Array(array) => format!("a list of {}", array.items.len()),
            Kind::Object(object) => match &object.rest {
                // An unknown of which some members are known.
                Some(rest) => rest.label().to_owned(),
                None => format!("an object of {}", object.entries.len()),
            },
            Kind::Ref(r) => r.path.to_string(),
            Kind::Symbol(symbol) => symbol.label().to_owned(),
            Kind::Template(parts) => {
                let text: String = parts
                    .iter()
                    .map(|part| match part {
                        TextPart::Text(text) => text.to_string(),
                        TextPart::Value(value) => format!("${{{}}}", value.describe()),
                    })
                    .collect();
                format!("'{}'", shorten(&text))
            }
            Kind::Choice(_) => self.describe_arms(),
        }
    }

    /// The values that it may be, the first ones of very many.
    fn describe_arms(&self) -> String {
        const MOST: usize = 16;
        let mut open = vec![self];
        let mut words = Vec::new();
        while let Some(value) = open.pop() {
            match &value.kind {
                Kind::Choice(choice) => open.extend([&choice.otherwise, &choice.then]),
                _ if words.len() < MOST => words.push(value.describe()),
                _ => {
                    words.push("…".to_owned());
                    break;
                }
            }
        }
        words.join(" or ")
    }
}
