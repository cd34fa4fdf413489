//! Moves of resources that the code orders: calls of ARM's `moveResources`, and commands of deployment scripts.

use cmklint_graph::{Atom, Cases, Kind, NodeId, Symbol, Target, TextPart, Value, World};

use super::estate_view::View;
use super::kind;
use super::lineage::Crypt;
use super::script::{CONTROL, Command, commands};
use super::slot::SetRef;
use super::source::{Content, is_text};

const SCRIPT: &str = "properties.scriptContent";

/// A move that the code orders.
#[derive(Clone, Debug)]
pub(crate) struct Move {
    pub(crate) world: World,
    /// The resource that orders it.
    pub(crate) by: NodeId,
    /// The property that orders it.
    pub(crate) path: String,
    /// The id of the resource to move.
    pub(crate) what: Value,
    /// The name of the target resource group, as far as it is known.
    pub(crate) group: Option<Value>,
    /// The target subscription, where one is named.
    pub(crate) subscription: Option<Value>,
}

impl View<'_> {
    /// The moves that the resource at `node` orders. `validateMoveResources` moves nothing and is ignored.
    /// <https://learn.microsoft.com/rest/api/resources/resources/move-resources>
    pub(crate) fn moves(&self, node: NodeId) -> Vec<Move> {
        let mut out = Vec::new();
        for world in self.present(node, &World::any()) {
            match self.resource(node).map(|r| r.kind.folded()) {
                Some(kind::folded::ACTION) => self.moves_by_action(node, &world, &mut out),
                Some(kind::folded::SCRIPT) => self.moves_by_script(node, &world, &mut out),
                _ => {}
            }
        }
        out
    }

    fn moves_by_action(&self, node: NodeId, world: &World, out: &mut Vec<Move>) {
        for (world, action) in self.values(node, "properties.action", world) {
            // A call that runs when its block is removed from the code is not an order of the code.
            let destroys = self.get(node, "properties.when");
            if !is_text(&action, "moveResources") || !(destroys.is_null() || is_text(&destroys, "apply")) {
                continue;
            }
            for (world, target) in self.targets(node, "properties.body.targetResourceGroup", &world) {
                let (group, subscription) = match target {
                    Target::Node(group) => match self.resource(group) {
                        Some(r) => (r.names.first().cloned(), Some(r.scope.subscription.clone())),
                        None => (None, None),
                    },
                    Target::Id(id) => (id.resource_group, id.subscription),
                    Target::Nothing | Target::Unknown => (None, None),
                };
                for (world, list) in self.values(node, "properties.body.resources", &world) {
                    for (i, what) in list.as_array().map_or(&[][..], |a| &a.items).iter().enumerate() {
                        out.push(Move {
                            world: world.clone(),
                            by: node,
                            path: format!("properties.body.resources[{i}]"),
                            what: what.clone(),
                            group: group.clone(),
                            subscription: subscription.clone(),
                        });
                    }
                }
            }
        }
    }

    fn moves_by_script(&self, node: NodeId, world: &World, out: &mut Vec<Move>) {
        for (world, content) in self.values(node, SCRIPT, world) {
            for (n, command) in commands(&content).unwrap_or_default().iter().enumerate() {
                let Some(order) = order(command) else { continue };
                let reaches = || {
                    let label = format!("the condition before this command in the script of {}", self.address(node));
                    Atom::truth(Symbol::attribute(node, format!("command{n}"), label))
                };
                let world = if command.maybe { world.assume(&reaches(), true) } else { Some(world.clone()) };
                let Some(world) = world else { continue };
                out.extend(order.ids.into_iter().map(|what| Move {
                    world: world.clone(),
                    by: node,
                    path: SCRIPT.to_owned(),
                    what,
                    group: order.group.clone(),
                    subscription: order.subscription.clone(),
                }));
            }
        }
    }

    /// Whether the script at `node` has one of `words` (in lower case) in its text.
    pub(crate) fn script_says(&self, node: NodeId, words: &[&str]) -> bool {
        let says = |text: &str| {
            let text = text.to_ascii_lowercase();
            words.iter().any(|word| text.contains(word))
        };
        let contents = self.values(node, SCRIPT, &World::any());
        contents.values().any(|content| match &content.kind {
            Kind::String(text) => says(text),
            Kind::Template(parts) => parts.iter().any(|part| matches!(part, TextPart::Text(text) if says(text))),
            _ => false,
        })
    }

    /// Where, within `world`, the disk, snapshot or image at `node` is encrypted with a customer-managed key.
    pub(crate) fn encrypted(&self, node: NodeId, world: &World) -> Cases<SetRef> {
        let mut all = Cases::none();
        for slot in self.slots_of(node) {
            if let Some(world) = world.and(&slot.world) {
                all.extend(self.slot_crypt(slot, &world));
            }
        }
        if all.is_empty() && self.is(node, kind::IMAGE) {
            all = self.crypt(node, &Content::Os, &self.get(node, "location"), world);
        }
        all.filter_map(Crypt::set)
    }
}

/// The resources that a command moves, and the target.
#[derive(Debug, Default)]
struct Order {
    ids: Vec<Value>,
    group: Option<Value>,
    subscription: Option<Value>,
}

/// The options of the two commands, each by its shortest accepted prefix.
/// <https://learn.microsoft.com/cli/azure/resource#az-resource-move>, <https://learn.microsoft.com/powershell/module/az.resources/move-azresource>
const OPTIONS: [(&str, Argument); 6] = [
    ("--ids", Argument::Ids),
    ("--destination-g", Argument::Group),
    ("--destination-s", Argument::Subscription),
    ("-resourceid", Argument::Ids),
    ("-destinationr", Argument::Group),
    ("-destinations", Argument::Subscription),
];

#[derive(Clone, Copy)]
enum Argument {
    Ids,
    Group,
    Subscription,
}

/// The move that `command` orders.
fn order(command: &Command) -> Option<Order> {
    let text = |i: usize| command.words.get(i).and_then(Value::as_str).map(str::to_ascii_lowercase);
    let is = |i: usize, word: &str| text(i).as_deref() == Some(word);
    // The command may be preceded by control words or assignments.
    let at = (0..command.words.len()).find_map(|i| {
        if is(i, "az") && is(i + 1, "resource") && is(i + 2, "move") {
            Some((i, i + 3))
        } else if is(i, "move-azresource") || is(i, "move-azurermresource") {
            Some((i, i + 1))
        } else {
            None
        }
    });
    let (begin, mut at) = at?;
    let leads = |word: &str| word == "=" || CONTROL.contains(&word);
    if begin.checked_sub(1).is_some_and(|before| !text(before).is_some_and(|word| leads(&word))) {
        return None;
    }
    let mut order = Order::default();
    let mut option = None;
    while let Some(word) = command.words.get(at) {
        at += 1;
        let Some(text) = word.as_str().filter(|t| t.starts_with('-')) else {
            order.take(option, word.clone());
            continue;
        };
        let (name, value) = text.split_once(['=', ':']).map_or((text, None), |(name, value)| (name, Some(value)));
        let name = name.to_ascii_lowercase();
        if ["-whatif", "--help", "-h"].contains(&name.as_str()) {
            return None;
        }
        option = OPTIONS.iter().find(|(front, _)| name.starts_with(front)).map(|(_, option)| *option);
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            order.take(option, Value::string(value));
        }
    }
    Some(order)
}

impl Order {
    fn take(&mut self, option: Option<Argument>, word: Value) {
        // A variable of the script is not known.
        let text = match &word.kind {
            Kind::Template(_) | Kind::String(_) => cmklint_graph::canonical(&word),
            _ => String::new(),
        };
        if text.contains('$') || word.as_str() == Some("@") {
            return;
        }
        match option {
            Some(Argument::Ids) => self.ids.push(word),
            Some(Argument::Group) => self.group = Some(word),
            Some(Argument::Subscription) => self.subscription = Some(word),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(script: &str) -> Vec<(String, String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
        let all = commands(&Value::string(script)).unwrap();
        all.iter()
            .filter_map(order)
            .map(|o| {
                let ids: Vec<String> = o.ids.iter().map(text).collect();
                let or = |value: &Option<Value>| value.as_ref().map_or(String::new(), text);
                (ids.join(" "), or(&o.group), or(&o.subscription))
            })
            .collect()
    }

    #[test]
    fn the_moves_of_both_shells_are_read() {
        let one = |ids: &str, group: &str, subscription: &str| {
            vec![(ids.to_owned(), group.to_owned(), subscription.to_owned())]
        };
        assert_eq!(read("az resource move --destination-group g --ids /a /b"), one("/a /b", "g", ""));
        assert_eq!(
            read("az resource move --ids=\"/a\" --destination-subscription-id s --destination-group=g"),
            one("/a", "g", "s")
        );
        assert_eq!(
            read("$x = Move-AzResource -DestinationResourceGroupName 'g' -ResourceId '/a', '/b' -Force"),
            one("/a /b", "g", "")
        );
        assert_eq!(
            read("move-azresource -ResourceId:/a -DestinationSubscriptionId s -DestinationResourceGroupName g"),
            one("/a", "g", "s")
        );
        assert_eq!(read("if true; then\n az resource move --ids /a --destination-group g\nfi"), one("/a", "g", ""));
    }

    #[test]
    fn what_only_speaks_of_a_move_is_none() {
        assert!(read("echo az resource move --ids /a --destination-group g").is_empty());
        assert!(read("echo 'az resource move --ids /a'").is_empty());
        assert!(read("# az resource move --ids /a").is_empty());
        assert!(read("Move-AzResource -ResourceId /a -DestinationResourceGroupName g -WhatIf").is_empty());
        assert_eq!(read("az resource move --ids $ID --destination-group $G")[0].0, "");
    }
}
