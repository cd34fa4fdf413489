//! The instances of a resource declaration: one, or those of its loop.

use std::rc::Rc;
use std::sync::Arc;

use cmklint_graph::{Comparison, Entry, Fold, Object, Symbol, Value, canonical, compare};
use cmklint_source::Diagnostic;

use super::Evaluator;
use super::frame::{FrameId, Memo};
use super::loops::Round;
use crate::functions::cost::Cost;
use crate::functions::{short_key, symbol_of};

/// The cost of an instance after the known ones of an open loop, besides its expressions: its name and id are made, and kept by the index. Loops over each other's
/// instances have exponentially many.
const BEYOND: Cost = Cost { steps: 500, bytes: 2_048 };

/// A resource declaration with its instances.
pub(crate) struct Declared {
    pub(crate) instances: Vec<Instance>,
    /// Whether it is a loop.
    pub(crate) repeated: bool,
    /// Whether there are, or may be, more resources than the instances.
    pub(crate) open: bool,
}

impl Declared {
    /// The position of the instance whose index is certainly `index`.
    pub(crate) fn at(&self, index: &Value) -> Option<usize> {
        self.instances.iter().position(|instance| compare(&instance.index, index, Fold::Exact) == Comparison::Equal)
    }
}

/// One of the resources that a declaration makes.
pub(crate) struct Instance {
    pub(crate) item: Value,
    pub(crate) index: Value,
    pub(crate) present: Value,
    pub(crate) further: u64,
    /// Its node, where it is no deployment.
    pub(crate) node: Option<cmklint_graph::NodeId>,
}

impl Evaluator<'_> {
    /// The instances of the declaration at `at` in `frame`.
    pub(crate) fn instances(&mut self, frame: FrameId, at: usize) -> Option<Rc<Declared>> {
        match self.frame(frame)?.declared.get(at)? {
            Some(Memo::Done(declared)) => return Some(Rc::clone(declared)),
            Some(Memo::Busy) => return None,
            None => {}
        }
        if let Some(slot) = self.frame_mut(frame)?.declared.get_mut(at) {
            *slot = Some(Memo::Busy);
        }
        let declared = Rc::new(self.make_instances(frame, at)?);
        if let Some(slot) = self.frame_mut(frame)?.declared.get_mut(at) {
            *slot = Some(Memo::Done(Rc::clone(&declared)));
        }
        Some(declared)
    }

    fn make_instances(&mut self, frame: FrameId, at: usize) -> Option<Declared> {
        let template = Arc::clone(&self.frame(frame)?.template);
        let decl = template.resources.get(at)?;
        let deploys = decl.deployment.is_some();
        let Some(repeat) = &decl.repeat else {
            let node = if deploys { None } else { self.new_node(frame, at, 0, decl.span) };
            let there = Value::bool(true);
            let single = Instance { item: Value::null(), index: Value::int(0), present: there, further: 0, node };
            return Some(Declared { instances: vec![single], repeated: false, open: false });
        };
        let env = self.base(frame);
        let rounds = self.rounds(&env, repeat);
        let most = (self.limits.instances as u64).min(rounds.most);
        if most < rounds.most {
            // The others are counted, so most rules lose nothing.
            let message = format!("the loop makes {} resources, of which {most} are looked at one by one", rounds.most);
            self.tell(Diagnostic::note("long-loop", message, repeat.span));
        }
        let mut instances = Vec::new();
        for i in 0..most {
            if !self.charge(1, repeat.span) {
                break;
            }
            let Round { item, index, present } = rounds.round(i);
            if present.as_bool() == Some(false) {
                continue;
            }
            let node = if deploys { None } else { self.new_node(frame, at, instances.len(), decl.span) };
            if node.is_none() && !deploys {
                break;
            }
            instances.push(Instance { item, index, present, further: 0, node });
        }
        if let Some(last) = instances.last_mut() {
            last.further = rounds.most - most;
        }
        Some(Declared { instances, repeated: true, open: rounds.open || most < rounds.most })
    }

    /// What can be known of the instance at `index` of the loop at `at` in `frame`, which has no node of its own: the collection of the loop is not known
    /// completely.
    /// `None` for a deployment, or where its name can't be known.
    pub(crate) fn beyond(&mut self, frame: FrameId, at: usize, index: &Value) -> Option<Value> {
        let key = (frame, at, short_key(canonical(index)));
        if let Some(known) = self.beyond.get(&key) {
            return known.clone();
        }
        // A loop whose names need another of its own instances: Azure refuses it, and following it would never end.
        if !self.beyond_busy.insert((frame, at)) {
            return None;
        }
        let span = self.frame(frame).and_then(|f| f.template.resources.get(at)).map(|decl| decl.span);
        let paid = span.is_some_and(|span| self.pay(BEYOND, span));
        let value = if paid { self.make_beyond(frame, at, index) } else { None };
        self.beyond_busy.remove(&(frame, at));
        self.beyond.insert(key, value.clone());
        value
    }

    fn make_beyond(&mut self, frame: FrameId, at: usize, index: &Value) -> Option<Value> {
        let template = Arc::clone(&self.frame(frame)?.template);
        let decl = template.resources.get(at)?;
        let repeat = decl.repeat.as_ref().filter(|_| decl.deployment.is_none())?;
        let env = self.base(frame);
        let rounds = self.rounds(&env, repeat);
        let item = self.item_of(&rounds, index);
        let env = self.in_round(&env, repeat, &item, index, true);
        let head = self.head_in(&env, decl)?;
        let id = self.id_with(&decl.kind, &head)?;
        let all =
            Symbol::new(format!("{}:{at}", self.frame(frame)?.key), decl.symbol.as_deref().unwrap_or("the resource"));
        let rest = symbol_of("instance", &[Value::symbol(all), index.clone()]);
        let members = [("id", id), ("name", head.name)];
        let entries = members.map(|(name, value)| (Arc::from(name), Entry { key_span: None, value }));
        Some(Value::object(Object { entries: entries.into_iter().collect(), rest, ..Object::default() }))
    }
}
