use std::sync::Arc;

use crate::value::Value;
use crate::world::Literal;

#[derive(Clone, Debug)]
struct Data {
    key: Box<str>,
    label: Box<str>,
    statement: Option<Box<str>>,
    allowed: Option<Box<[Literal]>>,
    members: Option<Box<[(Value, Value)]>>,
}

/// Something that only a deployment knows. Two symbols with one key are the same value, whatever it turns out to be.
#[derive(Clone, Debug)]
pub struct Symbol(Arc<Data>);

impl Symbol {
    /// The symbol `key`, shown to people as `label` (`parameter location`, `location of the resource group`).
    ///
    /// The key must name one value in one deployment and nothing else: front-ends begin it with the deployment
    /// ([`DeploymentId`](crate::DeploymentId)), or with the place where each use has a value of its own.
    #[must_use]
    pub fn new(key: impl Into<String>, label: impl Into<String>) -> Self {
        Self::with(key.into(), label.into(), None)
    }

    /// The symbol `key` for whether `statement` is true (`a and b share a subscription`): a person is told the statement, or that it is not so.
    #[must_use]
    pub fn whether(key: impl Into<String>, statement: impl Into<String>) -> Self {
        let statement = statement.into();
        Self::with(key.into(), format!("whether {statement}"), Some(statement.into()))
    }

    fn with(key: String, label: String, statement: Option<Box<str>>) -> Self {
        Self(Arc::new(Data { key: key.into(), label: label.into(), statement, allowed: None, members: None }))
    }

    /// Another symbol, `key`, of which a person is told the same.
    #[must_use]
    pub(crate) fn namesake(&self, key: String) -> Self {
        Self::with(key, self.0.label.to_string(), self.0.statement.clone())
    }

    /// The same symbol, known to be one of `allowed` (a parameter's allowed values).
    #[must_use]
    pub fn with_allowed(&self, allowed: impl IntoIterator<Item = Literal>) -> Self {
        Self(Arc::new(Data { allowed: Some(allowed.into_iter().collect()), members: None, ..(*self.0).clone() }))
    }

    /// The same symbol, standing for exactly these further members of an object: each a name that is not known text, and a value. Two of them may turn
    /// out to be one.
    #[must_use]
    pub fn with_members(&self, members: impl IntoIterator<Item = (Value, Value)>) -> Self {
        Self(Arc::new(Data { allowed: None, members: Some(members.into_iter().collect()), ..(*self.0).clone() }))
    }

    /// The identity.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.0.key
    }

    /// What a person is told.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.0.label
    }

    /// What is true where the symbol is, for one that is [whether](Symbol::whether) something is so.
    pub(crate) fn statement(&self) -> Option<&str> {
        self.0.statement.as_deref()
    }

    /// The values it can have, where they are known.
    #[must_use]
    pub fn allowed(&self) -> Option<&[Literal]> {
        self.0.allowed.as_deref()
    }

    /// The members (name, value) that it stands for, where it stands for those and nothing else.
    #[must_use]
    pub fn members(&self) -> Option<&[(Value, Value)]> {
        self.0.members.as_deref()
    }
}

impl PartialEq for Symbol {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.key == other.0.key
    }
}

impl Eq for Symbol {}

impl std::hash::Hash for Symbol {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.key.hash(state);
    }
}

impl PartialOrd for Symbol {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Symbol {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.key.cmp(&other.0.key)
    }
}
