//! Symbols: how they are made, distinguished and named.

use std::sync::Arc;

use super::{Call, Kind, Literal, NullType, Symbol, SymbolData, SymbolOrigin, Value};
use crate::node::NodeId;
use crate::path::PropertyPath;

impl Symbol {
    /// The symbol `key` of an [input](SymbolOrigin::Input), shown to people as `label` (`parameter location`, `location of the resource group`).
    ///
    /// The key must identify one value in one deployment and nothing else: front-ends begin it with the deployment
    /// ([`DeploymentId`](crate::DeploymentId)).
    #[must_use]
    pub fn new(key: impl Into<String>, label: impl Into<String>) -> Self {
        Self::with(key.into(), label.into(), SymbolOrigin::Input)
    }

    /// The symbol for the attribute `path` of the resource `node`, or with an empty `path` for all attributes that aren't known.
    #[must_use]
    pub fn attribute(node: NodeId, path: impl Into<PropertyPath>, label: impl Into<String>) -> Self {
        let path = path.into();
        let key = if path.is_empty() { node.to_string() } else { format!("{node}.{path}") };
        Self::with(key, label.into(), SymbolOrigin::Attribute { node, path })
    }

    /// The symbol `key` for what belongs to one [place](SymbolOrigin::Place); the key must hold the place.
    #[must_use]
    pub fn at_place(key: impl Into<String>, label: impl Into<String>) -> Self {
        Self::with(key.into(), label.into(), SymbolOrigin::Place)
    }

    /// The symbol `key` for the identity of the account that deploys.
    #[must_use]
    pub fn caller(key: impl Into<String>, label: impl Into<String>) -> Self {
        Self::with(key.into(), label.into(), SymbolOrigin::Caller)
    }

    /// The symbol of the placeholder that is written as `token`. Whatever another tool puts there, it is the same in each place.
    pub(crate) fn placeholder(token: &str, label: String) -> Self {
        Self::with(format!("placeholder:{token}"), label, SymbolOrigin::Placeholder(token.into()))
    }

    /// The symbol `key` of an evaluation that fails; `at_place` says whether the key holds a place in the text.
    #[must_use]
    pub fn failure(key: impl Into<String>, label: impl Into<String>, at_place: bool) -> Self {
        Self::with(key.into(), label.into(), SymbolOrigin::Failure { at_place })
    }

    /// The symbol of null with the type `of`.
    #[must_use]
    pub fn typed_null(of: NullType) -> Self {
        Self::with(format!("null:{of:?}"), "null".to_owned(), SymbolOrigin::TypedNull(of)).with_allowed([Literal::Null])
    }

    /// The symbol `key` for whether `statement` is true.
    #[must_use]
    pub fn whether(key: impl Into<String>, statement: impl Into<String>) -> Self {
        let statement = statement.into();
        Self::with(key.into(), format!("whether {statement}"), SymbolOrigin::Statement(statement.into()))
    }

    /// The symbol for the result of `call`.
    pub(crate) fn call(key: String, label: String, call: Call) -> Self {
        Self::with(key, label, SymbolOrigin::Call(call))
    }

    fn with(key: String, label: String, origin: SymbolOrigin) -> Self {
        Self(Arc::new(SymbolData {
            key: key.into(),
            label: label.into(),
            origin,
            allowed: None,
            members: None,
            never_null: false,
            left_at: None,
            requirements: Box::default(),
        }))
    }

    /// Another symbol, `key`, with the same label.
    #[must_use]
    pub(crate) fn namesake(&self, key: String) -> Self {
        let origin = match &self.0.origin {
            SymbolOrigin::Statement(statement) => SymbolOrigin::Statement(statement.clone()),
            _ => SymbolOrigin::Place,
        };
        Self::with(key, self.0.label.to_string(), origin)
    }

    /// The same symbol, known to be one of `allowed` (a parameter's allowed values).
    #[must_use]
    pub fn with_allowed(&self, allowed: impl IntoIterator<Item = Literal>) -> Self {
        Self(Arc::new(SymbolData { allowed: Some(allowed.into_iter().collect()), members: None, ..(*self.0).clone() }))
    }

    /// The same symbol, where it is one of `literals` besides what is known of it: all else fails.
    #[must_use]
    pub fn that_is_one_of(&self, literals: &[Literal]) -> Self {
        let is_left = |literal: &&Literal| self.allowed().is_none_or(|allowed| allowed.contains(literal));
        let left: Box<[Literal]> = literals.iter().filter(is_left).cloned().collect();
        // Nothing is left of what is spelled otherwise (the texts of booleans).
        if left.is_empty() {
            return self.clone();
        }
        Self(Arc::new(SymbolData { allowed: Some(left), ..(*self.0).clone() }))
    }

    /// The same symbol, known not to be null: a parameter that must be given.
    #[must_use]
    pub fn that_is_never_null(&self) -> Self {
        Self(Arc::new(SymbolData { never_null: true, ..(*self.0).clone() }))
    }

    /// The same symbol, an input that is left at `default` in all worlds but those that change this one [switch](crate::with_switch).
    #[must_use]
    pub(crate) fn that_is_left_at(&self, default: Literal) -> Self {
        Self(Arc::new(SymbolData { left_at: Some(default), ..(*self.0).clone() }))
    }

    /// The same symbol, of which it is known that `condition`, which is said of itself, is true: whatever makes it false is refused before the deployment
    /// (a validation, a least length). Where the condition lists all that the symbol may be, these are the [allowed](Self::allowed) values too.
    #[must_use]
    pub fn that_requires(&self, condition: Value) -> Self {
        if condition.is_known() {
            return self.clone();
        }
        let allowed = match self.allowed() {
            Some(allowed) => Some(allowed.into()),
            None => listed_by(&condition, self, MAX_LISTED_DEPTH).filter(|l| !l.is_empty()).map(Vec::into_boxed_slice),
        };
        let mut requirements = self.0.requirements.to_vec();
        requirements.push(condition);
        Self(Arc::new(SymbolData { allowed, requirements: requirements.into(), ..(*self.0).clone() }))
    }

    /// The conditions that are true of it in any case.
    pub(crate) fn requirements(&self) -> &[Value] {
        &self.0.requirements
    }

    /// The default of a switch.
    pub(crate) fn left_at(&self) -> Option<&Literal> {
        self.0.left_at.as_ref()
    }

    /// The same symbol, representing exactly these further members of an object: each a name that is not known text, and a value. Two of them may turn
    /// out to be one.
    #[must_use]
    pub fn with_members(&self, members: impl IntoIterator<Item = (Value, Value)>) -> Self {
        Self(Arc::new(SymbolData { allowed: None, members: Some(members.into_iter().collect()), ..(*self.0).clone() }))
    }

    /// The identity.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.0.key
    }

    /// What messages call it.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.0.label
    }

    /// What it stands for.
    #[must_use]
    pub fn origin(&self) -> &SymbolOrigin {
        &self.0.origin
    }

    /// Whether it means the same in each revision of one root: it depends on inputs alone, and neither on a place in the text nor on a resource by its
    /// number.
    #[must_use]
    pub fn outlives_revision(&self) -> bool {
        match &self.0.origin {
            SymbolOrigin::Input
            | SymbolOrigin::Caller
            | SymbolOrigin::Placeholder(_)
            | SymbolOrigin::TypedNull(_)
            | SymbolOrigin::Failure { at_place: false }
            | SymbolOrigin::Statement(_) => true,
            SymbolOrigin::Call(call) => call.outlives_revision(),
            SymbolOrigin::Attribute { .. } | SymbolOrigin::Place | SymbolOrigin::Failure { at_place: true } => false,
        }
    }

    /// Whether it depends on attributes of resources, which the estate may know.
    #[must_use]
    pub(crate) fn reads_nodes(&self) -> bool {
        match &self.0.origin {
            SymbolOrigin::Attribute { path, .. } => !path.is_empty(),
            SymbolOrigin::Call(call) => call.reads_nodes(),
            _ => false,
        }
    }

    /// The same symbol, which messages call `label`.
    #[must_use]
    pub(crate) fn with_label(&self, label: String) -> Self {
        Self(Arc::new(SymbolData { label: label.into(), ..(*self.0).clone() }))
    }

    /// The statement that the symbol is about, for one made by [whether](Symbol::whether).
    pub(crate) fn statement(&self) -> Option<&str> {
        if let SymbolOrigin::Statement(statement) = &self.0.origin { Some(statement) } else { None }
    }

    /// The values it can have, where they are known.
    #[must_use]
    pub fn allowed(&self) -> Option<&[Literal]> {
        self.0.allowed.as_deref()
    }

    /// Whether it is known not to be null.
    #[must_use]
    pub fn is_never_null(&self) -> bool {
        self.0.never_null
    }

    /// Whether null is one of the values that it may have.
    pub(crate) fn may_be_null(&self) -> bool {
        !self.is_never_null() && self.allowed().is_none_or(|allowed| allowed.contains(&Literal::Null))
    }

    /// The members (name, value) that it represents, where it represents those and nothing else.
    #[must_use]
    pub fn members(&self) -> Option<&[(Value, Value)]> {
        self.0.members.as_deref()
    }
}

/// Conditions are looked for a list of values so deep.
const MAX_LISTED_DEPTH: usize = 64;

/// The literals that `symbol` equals one of wherever `condition` is true; `None` where it may be true of something else.
fn listed_by(condition: &Value, symbol: &Symbol, left: usize) -> Option<Vec<Literal>> {
    let left = left.checked_sub(1)?;
    match &condition.kind {
        Kind::Bool(false) => Some(Vec::new()),
        Kind::Choice(choice) => {
            let mut out = match &choice.then.kind {
                Kind::Bool(false) => Vec::new(),
                _ if choice.atom.symbol == *symbol => vec![choice.atom.literal.clone()],
                _ => listed_by(&choice.then, symbol, left)?,
            };
            for literal in listed_by(&choice.otherwise, symbol, left)? {
                if !out.contains(&literal) {
                    out.push(literal);
                }
            }
            Some(out)
        }
        _ => None,
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
