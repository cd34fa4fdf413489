//! What a person calls a resource, in messages: a noun, and the name that the code gives it.

use cmklint_graph::{Kind, NodeId, Presence, Resource, Value};

use super::estate_view::View;
use super::kind;
use super::service_table::{key_service_of, service_at, service_of};
use super::slot::{Role, Slot};

/// The nouns of the types that messages speak of most; others are called by the last part of their type.
const NOUNS: [(&str, &str); 18] = [
    (kind::folded::SET, "encryption set"),
    (kind::folded::VAULT, "vault"),
    (kind::folded::HSM, "managed HSM"),
    (kind::folded::KEY, "key"),
    (kind::folded::HSM_KEY, "key"),
    (kind::folded::DISK, "disk"),
    (kind::folded::SNAPSHOT, "snapshot"),
    (kind::folded::IMAGE, "image"),
    (kind::folded::GALLERY, "gallery"),
    (kind::folded::VERSION, "image version"),
    (kind::folded::VM, "virtual machine"),
    (kind::folded::SCALE_SET, "scale set"),
    (kind::folded::VM_EXTENSION, "extension"),
    (kind::folded::SCALE_SET_EXTENSION, "extension"),
    (kind::folded::ACCESS_POLICIES, "access policy"),
    (kind::folded::SCRIPT, "script"),
    (kind::folded::ACTION, "action"),
    ("microsoft.managedidentity/userassignedidentities", "identity"),
];

/// Names longer than this are shortened in the middle.
const LONGEST_NAME: usize = 60;

/// A value in a sentence: text as it is, anything else as it is described.
pub(crate) fn plain(value: &Value) -> String {
    let text = value.describe();
    match value.as_str() {
        Some(_) => text.trim_matches('\'').to_owned(),
        None => text,
    }
}

/// `text` as a sentence begins.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `name` in quotes; a long one without its middle.
fn quoted(name: &str) -> String {
    let name = name.trim_matches('\'');
    let count = name.chars().count();
    if count <= LONGEST_NAME {
        return format!("'{name}'");
    }
    let half = LONGEST_NAME / 2 - 1;
    let head: String = name.chars().take(half).collect();
    let tail: String = name.chars().skip(count - half).collect();
    format!("'{head}…{tail}'")
}

/// What a person calls resources of the type `folded`.
fn noun_of(folded: &str) -> String {
    if let Some((_, noun)) = NOUNS.iter().find(|(kind, _)| *kind == folded) {
        return (*noun).to_owned();
    }
    if let Some((_, noun)) = service_of(folded).and_then(|row| row.what.split_once(" of ")) {
        return noun.to_owned();
    }
    key_service_of(folded).map_or_else(String::new, |row| row.what.to_owned())
}

/// `virtualMachines` as `virtual machine`.
fn spoken(kind: &str) -> String {
    let last = kind.rsplit('/').next().unwrap_or(kind);
    let mut out = String::new();
    let mut small = false;
    for c in last.chars() {
        if c.is_uppercase() && small {
            out.push(' ');
        }
        small = c.is_lowercase();
        out.extend(c.to_lowercase());
    }
    if let Some(stem) = out.strip_suffix("ies") {
        return format!("{stem}y");
    }
    out.strip_suffix('s').map(str::to_owned).unwrap_or(out)
}

/// What a person calls `resource`, with `more` on it in brackets: `disk 'data' (module 'storage', westeurope)`.
pub(crate) fn shown(resource: &Resource, more: &str) -> String {
    if let Some((disk, machine)) = of_machine(resource) {
        let article = if disk.starts_with("OS") { "the " } else { "" };
        return format!("{article}{disk} of machine {}", in_brackets(resource, machine, more));
    }
    let noun = noun_of(resource.kind.folded());
    let noun = if noun.is_empty() { spoken(resource.kind.as_str()) } else { noun };
    format!("{noun} {}", named(resource, more))
}

/// Of a disk that a virtual machine makes, which one it is, and the machine's name.
fn of_machine(resource: &Resource) -> Option<(&str, &str)> {
    let (machine, disk) = resource.short_name().strip_suffix(')')?.rsplit_once(" (")?;
    let machine = machine.rsplit(' ').next().unwrap_or(machine);
    (resource.presence == Presence::ByMachine).then_some((disk, machine))
}

/// The same without the noun.
fn named(resource: &Resource, more: &str) -> String {
    in_brackets(resource, resource.short_name(), more)
}

fn in_brackets(resource: &Resource, name: &str, more: &str) -> String {
    let place = resource.place_in_words();
    let brackets = [place.as_str(), more].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let name = quoted(name);
    if brackets.is_empty() { name } else { format!("{name} ({brackets})") }
}

impl View<'_> {
    /// What a person calls the resource at `node`: `disk 'data'`.
    pub(crate) fn title(&self, node: NodeId) -> String {
        self.title_with(node, "")
    }

    /// The same with `more` on it in brackets.
    pub(crate) fn title_with(&self, node: NodeId, more: &str) -> String {
        self.resource(node).map_or_else(String::new, |resource| shown(resource, more))
    }

    /// Its name in quotes, with `more` on it in brackets, where the noun is said before it.
    pub(crate) fn name_with(&self, node: NodeId, more: &str) -> String {
        self.resource(node).map_or_else(String::new, |resource| named(resource, more))
    }

    /// What a person calls the thing that `slot` is.
    pub(crate) fn describe(&self, slot: &Slot) -> String {
        self.describe_with(slot, "")
    }

    /// The same with `more` on it in brackets.
    pub(crate) fn describe_with(&self, slot: &Slot, more: &str) -> String {
        let title = self.title_with(slot.node, more);
        match slot.role {
            Role::Disk | Role::Snapshot => title,
            Role::MachineOs | Role::ScaleOs | Role::ImageOs => format!("the OS disk of {title}"),
            Role::MachineData | Role::ScaleData | Role::ImageData => format!("a data disk of {title}"),
            Role::Service(index) => {
                let what = service_at(index).map_or("", |row| row.what);
                format!("{what} {}", self.name_with(slot.node, more))
            }
        }
    }

    /// A value in few words: one that is read of another resource, with that resource.
    pub(crate) fn value_in_words(&self, value: &Value) -> String {
        match &value.kind {
            Kind::Ref(read) => format!("{} of {}", value.describe(), self.title(read.node)),
            _ => value.describe(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_without_a_noun_of_its_own_is_spoken_as_it_is_written() {
        assert_eq!(spoken("Microsoft.RecoveryServices/vaults/replicationProtectedItems"), "replication protected item");
        assert_eq!(spoken("Microsoft.Authorization/roleAssignments"), "role assignment");
        assert_eq!(spoken("x/galleries"), "gallery");
    }

    #[test]
    fn a_name_is_quoted_and_a_long_one_loses_its_middle() {
        assert_eq!(quoted("data[\"a\"]"), "'data[\"a\"]'");
        let long = format!("{}-end", "x".repeat(80));
        let short = quoted(&long);
        assert!(short.ends_with("-end'") && short.contains('…') && short.chars().count() < 64, "{short}");
    }
}
