//! Which declarations are deployed after which, within one deployment.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::node::NodeId;

/// A node of an [`Order`]: a declaration, or something between two declarations (a local, a variable, an output, a module call).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Vertex(u32);

/// Which declarations of a deployment wait for which others: by what their expressions read, and by their explicit dependencies. A path that may exist counts as
/// one, so that two resources without an order certainly have none.
#[derive(Clone, Debug, Default)]
pub struct Order {
    /// The vertices that each vertex waits for.
    needs: Vec<Vec<Vertex>>,
    /// The vertices that may wait for others too, which are not known.
    open: FxHashSet<Vertex>,
    /// The declaration of each node, and how code refers to it.
    nodes: Vec<Option<(Vertex, Spelling)>>,
}

/// How code refers to a declaration that another one is to wait for.
#[derive(Clone, Debug)]
pub struct Spelling {
    /// Its name in its file, after the names of the modules that lead there, outermost first.
    pub path: Vec<SpelledName>,
    /// The line of code that makes a declaration of the same file wait, with `{}` for the name.
    pub line: &'static str,
}

/// How code refers to a declaration or to a module call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpelledName {
    /// Its name in messages.
    pub called: Arc<str>,
    /// What is written to depend on it.
    pub named: Arc<str>,
}

/// What to write so that one resource is deployed after another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The declaration that has to wait: that of the resource, or of the module that holds it.
    pub at: Arc<str>,
    /// Which of the calls that the resource is reached by it is, counted from the outermost; `None` for the resource itself.
    pub call: Option<usize>,
    /// The line to add to it.
    pub line: String,
}

impl SpelledName {
    /// A name that is the same in messages and in code.
    #[must_use]
    pub fn of(name: &str) -> Self {
        Self { called: name.into(), named: name.into() }
    }
}

impl Order {
    /// The most vertices and edges.
    const MOST: usize = 1 << 22;

    /// A new vertex, which waits for nothing.
    pub fn vertex(&mut self) -> Vertex {
        let vertex = Vertex(u32::try_from(self.needs.len()).unwrap_or(u32::MAX));
        if self.needs.len() < Self::MOST {
            self.needs.push(Vec::new());
        }
        vertex
    }

    /// Makes `vertex` wait for `other`.
    pub fn wait(&mut self, vertex: Vertex, other: Vertex) {
        match self.needs.get_mut(vertex.0 as usize) {
            Some(needs) if needs.last() != Some(&other) => needs.push(other),
            Some(_) => {}
            None => self.wait_for_unknown(vertex),
        }
    }

    /// Records that `vertex` may wait for something that is not known.
    pub fn wait_for_unknown(&mut self, vertex: Vertex) {
        self.open.insert(vertex);
    }

    /// Records where the node with that index is declared. Nodes are recorded in ascending order.
    pub fn node(&mut self, index: usize, declaration: Vertex, spelling: Spelling) {
        if self.nodes.len() <= index {
            self.nodes.resize(index + 1, None);
        }
        if let Some(node) = self.nodes.get_mut(index) {
            *node = Some((declaration, spelling));
        }
    }

    pub(crate) fn declaration(&self, index: u32) -> Option<&(Vertex, Spelling)> {
        self.nodes.get(index as usize)?.as_ref()
    }

    /// The vertices that wait for each vertex.
    fn waiting(&self) -> Vec<Vec<Vertex>> {
        let mut waiting = vec![Vec::new(); self.needs.len()];
        for (from, needs) in (0u32..).zip(&self.needs) {
            for to in needs {
                if let Some(list) = waiting.get_mut(to.0 as usize) {
                    list.push(Vertex(from));
                }
            }
        }
        waiting
    }
}

/// Answers which resource waits for which in one deployment.
#[derive(Debug)]
pub struct Waits<'o> {
    order: &'o Order,
    /// The vertices that wait for each vertex.
    waiting: Vec<Vec<Vertex>>,
    /// The vertices that may wait, through others, for what is not known.
    open: FxHashSet<Vertex>,
    /// All vertices that wait for a vertex, directly or not, for those that were asked for.
    all: FxHashMap<Vertex, FxHashSet<Vertex>>,
    /// The steps that may still be taken; once they are spent every answer is "not known".
    left: usize,
}

impl<'o> Waits<'o> {
    /// The steps that may be taken for one deployment.
    const STEPS: usize = 1 << 25;

    pub(crate) fn new(order: &'o Order) -> Self {
        let waiting = order.waiting();
        let mut waits =
            Self { order, waiting, open: FxHashSet::default(), all: FxHashMap::default(), left: Self::STEPS };
        waits.open = waits.with_waiting(order.open.iter().copied().collect()).unwrap_or_default();
        waits
    }

    /// `to` and all that wait for them; `None` where that takes too many steps.
    fn with_waiting(&mut self, mut to: Vec<Vertex>) -> Option<FxHashSet<Vertex>> {
        let mut seen = FxHashSet::default();
        while let Some(at) = to.pop() {
            if seen.insert(at) {
                let waiting = self.waiting.get(at.0 as usize).map_or(&[][..], Vec::as_slice);
                self.left = self.left.checked_sub(waiting.len() + 1)?;
                to.extend(waiting);
            }
        }
        Some(seen)
    }

    /// Whether the resource at `from` is deployed after the one at `to` because something makes it wait; `None` where that is not known.
    pub fn waits_for(&mut self, from: NodeId, to: NodeId) -> Option<bool> {
        if from.deployment != to.deployment {
            return None;
        }
        let (from, to) = (self.order.declaration(from.index)?.0, self.order.declaration(to.index)?.0);
        if !self.all.contains_key(&to) {
            let waiting = self.with_waiting(vec![to])?;
            self.all.insert(to, waiting);
        }
        match self.all.get(&to)?.contains(&from) {
            true => Some(true),
            false if self.left == 0 || self.open.contains(&from) => None,
            false => Some(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::DeploymentId;

    fn nodes() -> [NodeId; 4] {
        [0, 1, 2, 3].map(|index| NodeId { deployment: DeploymentId(0), index })
    }

    /// Four nodes, each of a declaration of its own.
    fn four() -> (Order, [Vertex; 4]) {
        let mut order = Order::default();
        let vertices = [0, 1, 2, 3].map(|index| {
            let vertex = order.vertex();
            let path = ["m".to_owned(), format!("r{index}")].map(|name| SpelledName::of(&name)).to_vec();
            order.node(index, vertex, Spelling { path, line: "wait for {}" });
            vertex
        });
        (order, vertices)
    }

    #[test]
    fn a_vertex_waits_through_others_and_never_where_all_is_known_and_nothing_leads_there() {
        let (mut order, [a, b, c, _]) = four();
        let [first, _, third, last] = nodes();
        order.wait(a, b);
        order.wait(b, c);
        order.wait(c, a); // a circle ends
        assert_eq!(Waits::new(&order).waits_for(first, third), Some(true));
        assert_eq!(Waits::new(&order).waits_for(first, last), Some(false));
        order.wait_for_unknown(c);
        assert_eq!(Waits::new(&order).waits_for(first, last), None);
        assert_eq!(Waits::new(&order).waits_for(last, first), Some(false));
        assert_eq!(Waits::new(&order).waits_for(first, third), Some(true));
    }

    #[test]
    fn nodes_without_a_declaration_and_other_deployments_are_not_known() {
        let (order, _) = four();
        let beyond = NodeId { index: 9, ..nodes()[0] };
        let elsewhere = NodeId { deployment: DeploymentId(1), ..nodes()[0] };
        assert_eq!(Waits::new(&order).waits_for(nodes()[0], beyond), None);
        assert_eq!(Waits::new(&order).waits_for(nodes()[0], elsewhere), None);
    }

    #[test]
    fn an_order_with_too_many_steps_is_not_known() {
        let (order, _) = four();
        let mut waits = Waits::new(&order);
        waits.left = 0;
        assert_eq!(waits.waits_for(nodes()[0], nodes()[1]), None);
    }
}
