//! Values that one root hands to another: the outputs of a state or a template, which become variables and parameters elsewhere.

use std::collections::BTreeMap;

use crate::deployment::Deployment;
use crate::estate::Estate;
use crate::path::AsPath;
use crate::value::{Kind, Ref, Symbol, Value};

/// The references that handed-over symbols replace, by the symbols' keys.
pub type Handed = BTreeMap<String, Ref>;

impl Estate {
    /// `value`, which holds references into this estate, in a form that the evaluator of another root can take: ids of resources written out where their names
    /// are known, what
    /// the code states of a resource in place of a reference to it, and a symbol for every other reference, recorded in `handed`. [`take_over`] puts these back.
    #[must_use]
    pub fn hand_over(&self, value: &Value, handed: &mut Handed) -> Value {
        value.map(&mut |leaf| self.hand_over_reference(leaf, handed))
    }

    fn hand_over_reference(&self, value: &Value, handed: &mut Handed) -> Option<Value> {
        let Kind::Ref(r) = &value.kind else { return None };
        let stated = if r.path.is_empty() || r.path.is("id") {
            let named =
                self.resource(r.node).is_some_and(|resource| resource.names.iter().all(|n| n.as_str().is_some()));
            named.then(|| self.id_of(r.node)).filter(|id| !matches!(id.kind, Kind::Symbol(_)))
        } else {
            Some(self.deref(value)).filter(|stated| !matches!(stated.kind, Kind::Ref(_)))
        };
        let Some(stated) = stated else { return symbol(value, handed) };
        // What is stated may refer to other resources in turn.
        let mut out = stated.map(&mut |leaf| symbol(leaf, handed));
        out.trail = value.trail.after(&out.trail);
        Some(out)
    }
}

/// A symbol for the reference `value`.
fn symbol(value: &Value, handed: &mut Handed) -> Option<Value> {
    let Kind::Ref(r) = &value.kind else { return None };
    let key = format!("handed:{}.{}", r.node, r.path.to_string().to_ascii_lowercase());
    let out = Value::symbol(Symbol::at_place(key.clone(), value.describe()));
    handed.insert(key, r.clone());
    Some(Value { trail: value.trail.clone(), ..out })
}

/// Puts the references of `handed` back into the resources of `deployment`, which was evaluated with symbols for them.
pub fn take_over(deployment: &mut Deployment, handed: &Handed) {
    if handed.is_empty() {
        return;
    }
    let mut back = |leaf: &Value| {
        let Kind::Symbol(symbol) = &leaf.kind else { return None };
        let reference = handed.get(symbol.key())?;
        Some(Value { kind: Kind::Ref(reference.clone()), trail: leaf.trail.clone() })
    };
    for resource in &mut deployment.resources {
        for value in resource.values_mut() {
            *value = value.map(&mut back);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concat;
    use crate::node::DeploymentId;
    use crate::node::NodeId;
    use crate::value::TextPart;

    #[test]
    fn a_reference_that_cannot_be_spelled_out_comes_back_as_itself() {
        let node = NodeId { deployment: DeploymentId(3), index: 7 };
        let inside = Value::array(vec![concat(&[Value::reference(node, "properties.x"), Value::string("/y")])]);
        let mut handed = Handed::new();
        let over = Estate::default().hand_over(&inside, &mut handed);
        let Kind::Template(parts) = &over.item(0).kind else { panic!("{over:?}") };
        assert!(
            matches!(&parts[0], TextPart::Value(Value { kind: Kind::Symbol(s), .. }) if handed.contains_key(s.key()))
        );
        let mut back = |leaf: &Value| {
            let Kind::Symbol(symbol) = &leaf.kind else { return None };
            handed.get(symbol.key()).map(|r| Value::new(Kind::Ref(r.clone())))
        };
        assert_eq!(crate::canonical(&over.map(&mut back)), crate::canonical(&inside));
    }
}
