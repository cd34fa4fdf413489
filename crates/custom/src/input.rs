//! The input of custom rules: the estate as JSON, by the schema `docs/schema/custom-rules-1.json`. Each value in it names the resource, the path and the
//! world that it is of, which is what a rule hands back.

mod edges;
mod record;
mod writer;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cmklint_graph::{Deployment, Estate, NodeId, Presence, Resource, World, work};
use cmklint_rules::Before;
use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxHashMap;
use serde_json::{Map, json};

pub(crate) use writer::EstateState;

use record::Records;
use writer::{InputWriter, Shown};

/// The version of the input's schema. Additions do not change it.
const SCHEMA_VERSION: u64 = 1;
/// The largest input, in bytes.
const MAX_BYTES: usize = 48 << 20;
/// An estate as rules see it.
#[derive(Debug)]
pub(crate) struct Input {
    /// The JSON, on one line.
    pub(crate) json: String,
    /// The worlds that values are of, by number; the first is any world.
    worlds: IndexSet<World>,
    now: Vec<NodeId>,
    before: Vec<NodeId>,
}

/// The estate is larger than an input may be.
#[derive(Debug)]
pub(crate) struct TooLarge;

impl Input {
    /// The input for `estate`, and the earlier estate `before`.
    ///
    /// # Errors
    /// Where it is too large, or takes more work than this thread may do.
    pub(crate) fn new(estate: &Estate, before: Option<&Before>) -> Result<Self, TooLarge> {
        let mut writer = InputWriter { worlds: IndexSet::from([World::any()]), symbols: IndexMap::default(), bytes: 0 };
        let pairs: FxHashMap<NodeId, NodeId> =
            before.iter().flat_map(|before| before.pairs.all()).map(|(then, now)| (now, then)).collect();
        let then = before.map(|before| Shown::of(&before.estate));
        let now = Shown::of(estate);
        let counterpart = |node: NodeId| then.as_ref()?.numbers.get(pairs.get(&node)?).copied();
        let mut json = format!(r#"{{"schemaVersion":{SCHEMA_VERSION},"deployments":{},"#, deployments(estate));
        let regions: Map<String, serde_json::Value> =
            cmklint_graph::regions().into_iter().map(|name| (name.to_owned(), true.into())).collect();
        let _ = write!(json, r#""regions":{},"#, serde_json::Value::Object(regions));
        writer.state(&mut json, EstateState::Now, estate, &now, &counterpart)?;
        json.push_str(r#","before":"#);
        match (before, &then) {
            (Some(before), Some(then)) => {
                let _ = write!(json, r#"{{"source":{},"#, json!(before.source.as_ref()));
                writer.state(&mut json, EstateState::Before, &before.estate, then, &|_| None)?;
                json.push('}');
            }
            _ => json.push_str("null"),
        }
        json.push('}');
        Ok(Self {
            json,
            worlds: writer.worlds,
            now: now.nodes,
            before: then.map(|then| then.nodes).unwrap_or_default(),
        })
    }

    /// The resource with that number.
    pub(crate) fn node(&self, state: EstateState, number: usize) -> Option<NodeId> {
        let nodes = if state == EstateState::Now { &self.now } else { &self.before };
        nodes.get(number).copied()
    }

    /// The world with that number.
    pub(crate) fn world(&self, number: usize) -> Option<&World> {
        self.worlds.get_index(number)
    }
}

fn deployments(estate: &Estate) -> serde_json::Value {
    let of = |deployment: &Deployment| {
        let environment = estate.environments().of(deployment.id).map_or("", |environment| environment.name());
        json!({
            "root": deployment.key.root.path(),
            "inputs": deployment.key.inputs.file(),
            "environment": environment,
        })
    };
    estate.deployments().iter().map(of).collect()
}

impl InputWriter {
    /// Writes `"types":…,"resources":…` of a state.
    fn state(
        &mut self,
        json: &mut String,
        state: EstateState,
        estate: &Estate,
        shown: &Shown,
        counterpart: &dyn Fn(NodeId) -> Option<usize>,
    ) -> Result<(), TooLarge> {
        let mut types: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (number, node) in shown.nodes.iter().enumerate() {
            if let Some(resource) = estate.resource(*node) {
                types.entry(resource.kind.folded().to_owned()).or_default().push(number);
            }
        }
        let _ = write!(json, r#""types":{},"resources":["#, json!(types));
        let (mut leaving, mut arriving) = edges::of(self, state, estate, shown);
        let deployments: FxHashMap<_, _> = estate.deployments().iter().enumerate().map(|(n, d)| (d.id, n)).collect();
        for (number, node) in shown.nodes.iter().enumerate() {
            let Some(resource) = estate.resource(*node) else { continue };
            let mut out = Map::new();
            out.insert("number".to_owned(), number.into());
            if state == EstateState::Before {
                out.insert("state".to_owned(), "before".into());
            }
            out.insert("type".to_owned(), resource.kind.as_str().into());
            out.insert("address".to_owned(), resource.address.as_ref().into());
            out.insert("deployment".to_owned(), deployments.get(&node.deployment).copied().into());
            out.insert("presence".to_owned(), presence(estate, resource).into());
            if let Some(before) = counterpart(*node) {
                out.insert("before".to_owned(), before.into());
            }
            let is_open = resource.body.as_object().is_none_or(|object| object.rest.is_some());
            out.insert("open".to_owned(), is_open.into());
            let values = Records { writer: self, state, estate, resource, number }.all();
            out.insert("values".to_owned(), values.into());
            out.insert("edges".to_owned(), leaving.swap_remove(&number).unwrap_or_default().into());
            out.insert("incoming".to_owned(), arriving.swap_remove(&number).unwrap_or_default().into());
            if number > 0 {
                json.push(',');
            }
            let text = serde_json::Value::Object(out).to_string();
            self.bytes += text.len();
            if self.bytes > MAX_BYTES || work::is_spent() {
                return Err(TooLarge);
            }
            json.push_str(&text);
        }
        json.push(']');
        Ok(())
    }
}

fn presence(estate: &Estate, resource: &Resource) -> &'static str {
    match resource.presence {
        _ if estate.is_in_inventory(resource.id) => "inventory",
        Presence::Declared => "declared",
        Presence::ByMachine => "machine",
        Presence::Existing => "existing",
    }
}
