//! What to type, in the language of the file and with its names: the words of help.

use cmklint_graph::{Comparison, Dialect, Fold, Kind, NodeId, Read, Resource, Spelled, Step, StepKind, Value};

use super::estate_view::View;
use super::kind;
use super::set_key::KEY_URL;

/// Which URL of a key is to be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyForm {
    Versioned,
    Versionless,
}

/// A key URL for which no expression exists: the user replaces the words in capitals.
const KEY_PLACE: &str = "https://VAULT.vault.azure.net/keys/NAME";

impl View<'_> {
    fn dialect(&self, node: NodeId) -> Dialect {
        self.resource(node).map_or(Dialect::Json, |resource| resource.dialect)
    }

    /// The end of a help for a property that can't be changed in place: the language replaces the resource, or the resource needs another name.
    pub(crate) fn as_another(&self, node: NodeId, noun: &str, property: &str) -> String {
        match self.dialect(node).is_terraform() {
            true => format!("; Terraform replaces the {noun}, whose {property} can't be changed"),
            false => {
                format!(", and give the {noun} another name: the {property} of an existing {noun} can't be changed")
            }
        }
    }

    /// The end of a help that changes the region of the resource at `node`: what that does.
    pub(crate) fn moved_away(&self, node: NodeId) -> &'static str {
        match self.dialect(node).is_terraform() {
            true => "; Terraform replaces what it moves, and a disk's data goes with it",
            false => "; what exists already can't change its region",
        }
    }

    /// How the disk at `node` is deployed into another subscription.
    pub(crate) fn deploy_elsewhere(&self, node: NodeId) -> &'static str {
        match self.dialect(node).is_terraform() {
            true => "give the disk a `provider` of the image's subscription (Terraform then replaces it)",
            false => "deploy the disk into the image's subscription",
        }
    }

    /// How the resource at `node` stays where it was: `old` is the earlier value of the part `path` of its scope, which people call `name`. Also what its language does instead of moving.
    pub(crate) fn keep_in(&self, node: NodeId, path: &str, name: &str, old: &Value) -> (String, &'static str) {
        let keep = match old.as_str() {
            Some(old) if path == Resource::RESOURCE_GROUP && self.dialect(node).is_terraform() => {
                format!("Keep {}", self.set_to(node, path, Spelled::Text(old)))
            }
            _ => format!("Leave it in {name} {}", old.describe()),
        };
        match self.dialect(node).is_terraform() {
            true => (keep, "; Terraform moves nothing: it deletes this one and makes a new one, which is empty"),
            false => (keep, ""),
        }
    }

    /// The name by which the code states the properties of the object at `object`: the object's own name, or that of the property at `path` where each is a separate argument.
    pub(crate) fn object_or_property(&self, node: NodeId, object: &str, path: &str) -> String {
        let has_arguments = matches!(self.dialect(node), Dialect::Terraform(Some(_)));
        self.property(node, if has_arguments { path } else { object })
    }

    /// A role assignment, as the code of the resource at `node` declares one.
    pub(crate) fn role_assignment(&self, node: NodeId) -> &'static str {
        if self.dialect(node).is_terraform() { "an `azurerm_role_assignment`" } else { "a role assignment" }
    }

    /// An access policy of the vault at `node` that lets the identity `of` use keys, as its code declares one.
    pub(crate) fn access_policy(&self, node: NodeId, of: &str) -> String {
        match self.dialect(node).is_terraform() {
            true => {
                format!(
                    "an `access_policy` to the vault with `key_permissions = [\"Get\", \"WrapKey\", \"UnwrapKey\"]` for {of}"
                )
            }
            false => format!(
                "to the vault's `accessPolicies` one with the key permissions get, wrapKey and unwrapKey for {of}"
            ),
        }
    }

    /// What to write so that the property at `path` of the resource at `node` is `value`: `` `purge_protection_enabled = true` ``; where it is given by a parameter, a variable or an
    /// argument, the value and the name of that: `` `true` for `purge_protection` ``.
    pub(crate) fn set_to(&self, node: NodeId, path: &str, value: Spelled<'_>) -> String {
        let dialect = self.dialect(node);
        if let Some(given) = self.given(node, path) {
            return format!("`{}` {given}", dialect.spell(value));
        }
        let name = self.written_name(node, path);
        format!("`{}`", dialect.assign(path, name.as_deref(), value))
    }

    /// Where the property at `path` of the resource at `node` gets its value from outside of its declaration: the outermost place, in words.
    fn given(&self, node: NodeId, path: &str) -> Option<String> {
        let resource = self.resource(node)?;
        let value = resource.get(path);
        let is_whole = matches!(value.kind, Kind::Ref(_)) || value.as_literal().is_some();
        let direct = |step: &&Step| matches!(step.kind, StepKind::Argument | StepKind::Input | StepKind::Default);
        let step = value.trail.given().filter(direct).last().filter(|_| is_whole)?;
        let name = step.name.rsplit(' ').next().unwrap_or(&step.name);
        let module = resource.place_in_words();
        let within = value.as_literal().is_some() && value.trail.written_within(step).is_some();
        Some(match step.kind {
            StepKind::Default if within && module.is_empty() => format!("in the default of `{name}`"),
            StepKind::Default if within => format!("in `{name}` of {module}"),
            _ if within => format!("in `{name}`"),
            StepKind::Default if module.is_empty() => format!("as the default of `{name}`"),
            StepKind::Default => format!("for `{name}` of {module}"),
            _ => format!("for `{name}`"),
        })
    }

    /// What the property at `path` is called in the code of the resource at `node`: `` `disk_encryption_set_id` ``.
    pub(crate) fn property(&self, node: NodeId, path: &str) -> String {
        let name = self.written_name(node, path).unwrap_or_else(|| self.dialect(node).name(path));
        format!("`{name}`")
    }

    /// The argument that the code itself states it by, where azurerm has several for one property.
    fn written_name(&self, node: NodeId, path: &str) -> Option<String> {
        let resource =
            self.resource(node).filter(|resource| matches!(resource.dialect, Dialect::Terraform(Some(_))))?;
        let value = resource.get(path);
        let step = value.trail.newest().filter(|step| step.kind == StepKind::Attribute)?;
        let is_name = !step.name.is_empty() && step.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        is_name.then(|| step.name.to_string())
    }

    /// The assignment that lets `path` of the resource at `from` name the resource at `to`; `None` where code there can't name it.
    pub(crate) fn set_to_id(&self, from: NodeId, path: &str, to: NodeId) -> Option<String> {
        let code = self.expression_at(from, path, to, Read::Id)?;
        Some(self.set_to(from, path, Spelled::Code(&code)))
    }

    /// The expression by which the code beside the resource at `from` reads that of the one at `to`.
    pub(crate) fn expression(&self, from: NodeId, to: NodeId, read: Read) -> Option<String> {
        self.expression_at(from, "", to, read)
    }

    /// The same for the place where the property at `path` of the resource at `from` is given: beside the resource, or where the modules are called that it is in.
    fn expression_at(&self, from: NodeId, path: &str, to: NodeId, read: Read) -> Option<String> {
        let (from, to) = (self.resource(from)?, self.resource(to)?);
        // One language's names are no names in another.
        let same = std::mem::discriminant(&from.dialect) == std::mem::discriminant(&to.dialect);
        let value = from.get(path);
        let arguments = value.trail.given().filter(|step| step.kind == StepKind::Argument).count();
        let arguments = if path.is_empty() { 0 } else { arguments };
        (same && from.levels_below(to)? == arguments).then(|| to.expression(read)).flatten()
    }

    /// The assignment that names a key in the set at `set`: the one at `key` where code there can name it, else what stands for its URL.
    pub(crate) fn name_key(&self, set: NodeId, key: Option<NodeId>, form: KeyForm) -> String {
        let read = if form == KeyForm::Versioned { Read::VersionedKeyUrl } else { Read::KeyUrl };
        if let Some(code) = key.and_then(|key| self.expression_at(set, KEY_URL, key, read)) {
            return self.set_to(set, KEY_URL, Spelled::Code(&code));
        }
        let url = if form == KeyForm::Versioned { format!("{KEY_PLACE}/VERSION") } else { KEY_PLACE.to_owned() };
        self.set_to(set, KEY_URL, Spelled::Text(&url))
    }

    /// The only resource of that type beside the one at `near` that fits.
    pub(crate) fn only_beside(&self, near: NodeId, kind: &str, fits: impl Fn(NodeId) -> bool) -> Option<NodeId> {
        let here = self.resource(near)?;
        let deployment = self.deployment(near.deployment)?;
        let mut found = None;
        for resource in deployment.resources.iter().take(MOST_LOOKED_AT) {
            if resource.kind.is(kind)
                && resource.id != near
                && resource.levels_below(here) == Some(0)
                && fits(resource.id)
            {
                if found.is_some() {
                    return None;
                }
                found = Some(resource.id);
            }
        }
        found
    }

    /// The only encryption set beside the one at `near` in the region `region`.
    pub(crate) fn only_set_in(&self, near: NodeId, region: &Value) -> Option<NodeId> {
        self.only_beside(near, kind::SET, |set| {
            self.compare(&self.get(set, "location"), region, Fold::Region) == Comparison::Equal
        })
    }

    /// How the resource at `node` is put into `region`, where that is known.
    pub(crate) fn put_into(&self, node: NodeId, region: &Value) -> Option<String> {
        let code = !matches!(self.dialect(node), Dialect::Inventory);
        let line = self.set_to(node, "location", Spelled::Text(region.as_str().filter(|_| code)?));
        Some(match self.given(node, "location") {
            Some(_) => format!("write {line}"),
            None => format!("write {line} for {}", self.title(node)),
        })
    }
}

/// The number of a deployment's resources that are searched for one that a help can name.
const MOST_LOOKED_AT: usize = 2_000;
