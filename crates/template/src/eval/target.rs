//! Where a module or a nested deployment deploys to.

use cmklint_graph::{Comparison, Fold, Value, compare, lift};
use cmklint_source::Span;

use super::Evaluator;
use super::frame::Env;
use super::scope::{Placement, Target};
use crate::ir::{DeploymentDecl, ResourceDecl, TargetScope};

impl Evaluator<'_> {
    /// The target of the deployment `decl` in `here`.
    pub(crate) fn place_for(
        &mut self,
        env: &Env,
        decl: &ResourceDecl,
        deployment: &DeploymentDecl,
        here: &Placement,
        level: TargetScope,
    ) -> Placement {
        let location = decl.location.as_ref().map(|expr| self.eval(env, expr));
        let above = |mut place: Placement| {
            if place.level != TargetScope::ResourceGroup
                && let Some(location) = &location
            {
                place.location = location.clone();
            }
            place
        };
        if let Some(expr) = &decl.scope {
            let value = self.eval(env, expr);
            match self.target(here, &value, expr.span) {
                Target::Deployment(place) if place.level == TargetScope::ResourceGroup => {
                    let place = self.group_place(here, &place.subscription, &place.group, decl.span);
                    return above(place.said_at(expr.span, here));
                }
                Target::Deployment(place)
                    if place.level == TargetScope::Subscription && !is_given(&place.subscription) =>
                {
                    return above(here.clone());
                }
                Target::Deployment(place) => return above(place.said_at(expr.span, here)),
                Target::Resource { .. } => {}
            }
        }
        let subscription = deployment.subscription.as_ref().map(|expr| self.eval(env, expr));
        let group = deployment.resource_group.as_ref().map(|expr| self.eval(env, expr));
        match (subscription.filter(is_given), group.filter(is_given)) {
            (None, None) if level == TargetScope::Tenant && here.level != level => above(Placement {
                level,
                subscription: Value::null(),
                group: Value::null(),
                location: here.location.clone(),
                management_group: Value::null(),
            }),
            (None, None) if level == TargetScope::Subscription && here.level == TargetScope::ResourceGroup => {
                above(Placement { level, group: Value::null(), ..here.clone() })
            }
            (None, None) => above(here.clone()),
            (subscription, None) => above(Placement {
                level: TargetScope::Subscription,
                subscription: subscription.unwrap_or_else(|| here.subscription.clone()),
                group: Value::null(),
                location: here.location.clone(),
                management_group: Value::null(),
            }),
            (subscription, Some(group)) => {
                let subscription = subscription.unwrap_or_else(|| here.subscription.clone());
                self.group_place(here, &subscription, &group, decl.span)
            }
        }
    }

    /// The named resource group, seen from `here`. A null or empty part counts as left out: then it is the subscription or the group of `here`.
    fn group_place(&mut self, here: &Placement, subscription: &Value, group: &Value, span: Span) -> Placement {
        let or_own = |value: &Value, own: &Value| {
            lift("scope", std::slice::from_ref(value), &mut |args| match args {
                [arm] if is_given(arm) => arm.clone(),
                _ => own.clone(),
            })
        };
        let elsewhere =
            is_given(subscription) && compare(subscription, &here.subscription, Fold::Case) != Comparison::Equal;
        let subscription = or_own(subscription, &here.subscription);
        if !is_given(group) {
            if !elsewhere {
                return here.clone();
            }
            let level = TargetScope::Subscription;
            return Placement {
                level,
                subscription,
                group: Value::null(),
                management_group: Value::null(),
                ..here.clone()
            };
        }
        let group = or_own(group, &here.group);
        let location = self.group_location(here, &subscription, &group, span);
        Placement { level: TargetScope::ResourceGroup, subscription, group, location, management_group: Value::null() }
    }
}

/// Whether a subscription or a group is named at all.
fn is_given(value: &Value) -> bool {
    !value.is_null() && value.as_str() != Some("")
}
