use std::sync::Arc;

use crate::concat::concat;
use crate::node::NodeId;
use crate::path::AsPath;
use crate::resource::Scope;
use crate::value::{Kind, TextPart, Value};

/// The type of resource groups, as ARM writes it. <https://learn.microsoft.com/azure/templates/microsoft.resources/resourcegroups>
pub const RESOURCE_GROUPS: &str = "Microsoft.Resources/resourceGroups";
/// The type of deployments.
pub const DEPLOYMENTS: &str = "Microsoft.Resources/deployments";
/// The type of deployments whose resources are managed together.
pub const DEPLOYMENT_STACKS: &str = "Microsoft.Resources/deploymentStacks";

/// A resource id, taken apart. Text such as `/subscriptions/S/resourceGroups/G/providers/Microsoft.Compute/disks/D`, any of whose names may be symbolic.
/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#resourceid>
#[derive(Clone, Debug)]
pub struct ResourceId {
    /// The subscription's id, where the id names one.
    pub subscription: Option<Value>,
    /// The resource group's name, where the id names one.
    pub resource_group: Option<Value>,
    /// The node whose own id this one begins with (`${vault.id}/keys/k`).
    pub base: Option<NodeId>,
    /// The type; with a `base`, only the segments below it (`keys`).
    pub kind: Arc<str>,
    /// The names, one for each segment of the type after the provider.
    pub names: Vec<Value>,
}

impl ResourceId {
    /// The resource group that what has this id is in: `Some(None)` for a resource group, which is in no other one; `None` where the id does not say.
    pub(crate) fn group(&self) -> Option<Option<&Value>> {
        let is_group = self.base.is_none() && self.kind.eq_ignore_ascii_case(RESOURCE_GROUPS);
        if is_group { Some(None) } else { self.resource_group.as_ref().map(Some) }
    }

    /// The id of the resource of type `kind` with these names in `scope`; parts that the scope lacks are left out.
    #[must_use]
    pub fn in_scope(scope: &Scope, kind: &str, names: Vec<Value>) -> Self {
        let stated = |part: &Value| (!part.is_null()).then(|| part.clone());
        Self {
            subscription: stated(&scope.subscription),
            resource_group: stated(&scope.resource_group),
            base: None,
            kind: kind.into(),
            names,
        }
    }

    /// Reads text or a template. `None` where it is neither, or not known well enough to tell its segments apart, or no resource id.
    #[must_use]
    pub fn parse(value: &Value) -> Option<Self> {
        let parts: Vec<TextPart> = match &value.kind {
            Kind::String(text) => vec![TextPart::Text(Arc::clone(text))],
            Kind::Template(parts) => parts.to_vec(),
            _ => return None,
        };
        let parts = path_of(parts);
        let (base, parts) = match parts.split_first() {
            Some((TextPart::Value(Value { kind: Kind::Ref(r), .. }), rest)) if r.path.is("id") => (Some(r.node), rest),
            _ => (None, &parts[..]),
        };
        let mut segments = split(parts, '/').into_iter();
        if segments.next()?.as_str() != Some("") {
            return None; // every id begins with a slash
        }
        let mut id = Self { subscription: None, resource_group: None, base, kind: Arc::from(""), names: Vec::new() };
        let mut segments = segments.peekable();
        if base.is_some() {
            return id.children(segments);
        }
        let keyword = |segment: &Value, word: &str| segment.as_str().is_some_and(|s| s.eq_ignore_ascii_case(word));
        if segments.peek().is_some_and(|s| keyword(s, "subscriptions")) {
            segments.next();
            id.subscription = Some(segments.next()?);
        }
        if segments.peek().is_some_and(|s| keyword(s, "resourceGroups")) {
            segments.next();
            id.resource_group = Some(segments.next()?);
        }
        match segments.next() {
            None => {
                // The id of the resource group, or of the subscription, itself.
                let name = id.resource_group.clone().or_else(|| id.subscription.clone())?;
                let kind =
                    if id.resource_group.is_some() { RESOURCE_GROUPS } else { "Microsoft.Resources/subscriptions" };
                id.kind = Arc::from(kind);
                id.names = vec![name];
                Some(id)
            }
            Some(s) if keyword(&s, "providers") => {
                id.kind = Arc::from(segments.next()?.as_str()?);
                id.children(segments)
            }
            Some(_) => None,
        }
    }

    fn children(mut self, mut segments: impl Iterator<Item = Value>) -> Option<Self> {
        let mut kind = self.kind.to_string();
        while let Some(segment) = segments.next() {
            let word = segment.as_str()?;
            if word.is_empty() {
                return None;
            }
            if word.eq_ignore_ascii_case("providers") {
                // An extension resource: its own type and names count, not those before it.
                kind = segments.next()?.as_str()?.to_owned();
                self.names.clear();
                self.base = None;
                continue;
            }
            if !kind.is_empty() {
                kind.push('/');
            }
            kind.push_str(word);
            self.names.push(segments.next()?);
        }
        self.kind = Arc::from(kind);
        (!self.names.is_empty()).then_some(self)
    }
}

/// The endpoints of Azure Resource Manager: public, US Government, China, Germany.
/// <https://learn.microsoft.com/azure/azure-resource-manager/management/control-plane-and-data-plane>
const ENDPOINTS: [&str; 4] = [
    "https://management.azure.com/",
    "https://management.usgovcloudapi.net/",
    "https://management.chinacloudapi.cn/",
    "https://management.microsoftazure.de/",
];

/// The id in the URL by which Azure Resource Manager serves a resource (a snapshot's `sourceUri` may be one), without endpoint and query; other texts as they are.
fn path_of(mut parts: Vec<TextPart>) -> Vec<TextPart> {
    let endpoint = |text: &str| {
        let is_start = |endpoint: &&&str| text.get(..endpoint.len()).is_some_and(|t| t.eq_ignore_ascii_case(endpoint));
        ENDPOINTS.iter().find(is_start).map(|endpoint| endpoint.len() - 1)
    };
    let Some(TextPart::Text(first)) = parts.first_mut() else { return parts };
    let Some(path) = endpoint(first).and_then(|length| first.get(length..)) else { return parts };
    *first = Arc::from(path);
    let query = parts.iter().position(|part| matches!(part, TextPart::Text(text) if text.contains('?')));
    if let Some(at) = query {
        parts.truncate(at + 1);
        if let Some(TextPart::Text(last)) = parts.last_mut()
            && let Some((before, _)) = last.split_once('?')
        {
            *last = Arc::from(before);
        }
    }
    parts
}

/// The pieces of a text between the separators in its known parts; symbolic parts are assumed to hold none.
pub(crate) fn split(parts: &[TextPart], separator: char) -> Vec<Value> {
    let mut out = Vec::new();
    let mut piece: Vec<Value> = Vec::new();
    for part in parts {
        match part {
            TextPart::Value(value) => piece.push(value.clone()),
            TextPart::Text(text) => {
                for (i, run) in text.split(separator).enumerate() {
                    if i > 0 {
                        out.push(join(&piece));
                        piece.clear();
                    }
                    if !run.is_empty() {
                        piece.push(Value::string(run));
                    }
                }
            }
        }
    }
    out.push(join(&piece));
    out
}

fn join(piece: &[Value]) -> Value {
    match piece {
        [] => Value::string(""),
        [only] => only.clone(),
        several => concat(several),
    }
}
