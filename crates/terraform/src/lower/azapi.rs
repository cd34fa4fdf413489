//! azapi's resources: ARM's own shape. <https://registry.terraform.io/providers/Azure/azapi/latest/docs>

use std::sync::Arc;

use cmklint_graph::{Kind, Object, Scope, Value};

use super::Lowering;
use super::identity::Identity;
use super::properties::{ProviderContext, apply, at, put};
use crate::functions::encode;
use crate::table::{Map, Rule};

const IDENTITY: &[Rule] = &[
    Rule::Copy("identity.type", "identity.type", Map::IdentityType),
    Rule::Copy("identity.identity_ids", "identity.userAssignedIdentities", Map::Identities),
];

/// Whether the body of a block of the type is (a part of) the resource: that of an action is a request, unless the action writes the
/// resource itself. <https://registry.terraform.io/providers/Azure/azapi/latest/docs/resources/resource_action>
pub(super) fn states(kind: &str, stated: &Value) -> bool {
    match kind {
        "azapi_resource_action" => {
            let action = at(stated, "action");
            let method = at(stated, "method");
            (action.is_null() || action.as_str() == Some(""))
                && method.as_str().is_some_and(|m| m.eq_ignore_ascii_case("put") || m.eq_ignore_ascii_case("patch"))
        }
        "azapi_resource_id" => false,
        _ => true,
    }
}

/// Whether a block calls a resource group's action to move resources, which creates and changes no resource by itself.
pub(super) fn moves(terraform: &str, stated: &Value) -> bool {
    terraform == "azapi_resource_action"
        && at(stated, "action").as_str().is_some_and(|action| action.eq_ignore_ascii_case("moveResources"))
}

impl Lowering<'_, '_> {
    /// Type, names and scope by `type`, `name` and `parent_id`, or by `resource_id`.
    pub(super) fn azapi_identity(&mut self, stated: &Value, subscription: &Value, address: &str) -> Identity {
        let written = at(stated, "type");
        let kind = written.as_str().map(|t| t.split('@').next().unwrap_or(t).to_owned()).unwrap_or_default();
        let depth = kind.matches('/').count();
        let whole = at(stated, "resource_id");
        if !whole.is_null() {
            let identity = self.above(&whole, depth, subscription);
            return Identity { kind, ..identity };
        }
        let name = at(stated, "name");
        let name = match name.is_null() {
            true => self.evaluator.symbol(
                crate::eval::ModuleId(0),
                &format!("{address}#name"),
                format!("name of {address}"),
            ),
            false => name,
        };
        let parent = at(stated, "parent_id");
        if parent.is_null() {
            // Without a parent it is in the subscription.
            let scope = Scope { subscription: subscription.clone(), resource_group: Value::null() };
            let names = if depth == 1 { vec![name] } else { Vec::new() };
            return Identity { kind, names, scope };
        }
        let above = self.above(&parent, depth.saturating_sub(1), subscription);
        let mut names = if depth == 1 { Vec::new() } else { above.names };
        if names.len() + 1 == depth {
            names.push(name);
        } else {
            names.clear();
        }
        Identity { kind, names, scope: above.scope }
    }

    /// The body of the block of such a call.
    pub(super) fn action_body(&self, stated: &Value) -> Value {
        let mut object = Object::default();
        for name in ["action", "when", "resource_id"] {
            let value = at(stated, name);
            let span = value.span();
            put(&mut object, &format!("properties.{name}"), value, span);
        }
        let body = self.azapi_body(stated);
        let span = body.span();
        put(&mut object, "properties.body", body, span);
        Value::object(object)
    }

    /// The body that the resource states, with the managed identities that have a block of their own.
    pub(super) fn azapi_body(&self, stated: &Value) -> Value {
        let body = at(stated, "body");
        let mut object = match &body.kind {
            Kind::Object(object) => (**object).clone(),
            Kind::Null => Object::default(),
            Kind::String(_) | Kind::Template(_) => match encode::from_placed_text(&body).map(|v| v.kind) {
                Some(Kind::Object(object)) => Arc::unwrap_or_clone(object),
                _ => return Value::apply("body", std::slice::from_ref(&body), None),
            },
            Kind::Choice(choice) => {
                return crate::values::on_arms(&body, choice, |arm| {
                    let mut stated = Object::default();
                    stated.insert("body", None, arm.clone());
                    self.azapi_body(&Value::object(stated))
                });
            }
            _ => return body,
        };
        let given = ProviderContext { subscription: &Value::null(), versions: &self.versions };
        apply(IDENTITY, stated, &given, &mut object);
        Value { trail: body.trail, ..Value::object(object) }
    }
}
