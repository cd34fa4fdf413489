// Where the picture's nodes are: by rank, each place by itself, from the inside out. So no place lies on another one.
// Regions stand side by side, all else by rank from top to bottom, so that few lines lead across a node.
import dagre from "@dagrejs/dagre";

/** The size of a node that is no place. */
export const WIDTH = 170;
export const HEIGHT = 48;
/** What is between a place's border and what is in it. */
export const PADDING = 16;
/** The height of a place's title. */
const TITLE = 22;

/** The centers of all nodes that are no places. `elements` have an id, their place's id and whether they are places; `lines` are pairs of ids. */
export function positions(elements, lines) {
  const inside = new Map();
  const parentOf = new Map();
  for (const element of elements) {
    parentOf.set(element.id, element.parent);
    (inside.get(element.parent) ?? inside.set(element.parent, []).get(element.parent)).push(element);
  }
  /** The ids from the outermost place to the node itself. */
  const way = (id) => {
    const ids = [];
    for (let at = id; at !== undefined; at = parentOf.get(at)) ids.unshift(at);
    return ids;
  };
  // A line counts where its ways part: between what they go into there.
  const between = new Map();
  for (const [source, target] of lines) {
    const [from, to] = [way(source), way(target)];
    let depth = 0;
    while (from[depth] === to[depth] && depth < from.length && depth < to.length) depth++;
    if (from[depth] === undefined || to[depth] === undefined) continue;
    const place = depth ? from[depth - 1] : undefined;
    (between.get(place) ?? between.set(place, []).get(place)).push([from[depth], to[depth]]);
  }
  /** The size of a place's content, and the centers of its nodes from its upper left corner. */
  const laid = (place, depth) => {
    const graph = new dagre.graphlib.Graph();
    graph.setGraph(depth === 1 ? { rankdir: "LR", nodesep: 28, ranksep: 110 } : { rankdir: "TB", nodesep: 48, ranksep: 48 });
    graph.setDefaultEdgeLabel(() => ({}));
    const inner = new Map();
    for (const element of inside.get(place) ?? []) {
      const content = element.isPlace ? laid(element.id, depth + 1) : undefined;
      if (content) inner.set(element.id, content);
      const size = content ? { width: content.width + 2 * PADDING, height: content.height + 2 * PADDING + TITLE } : { width: WIDTH, height: HEIGHT };
      graph.setNode(element.id, size);
    }
    for (const [from, to] of between.get(place) ?? []) graph.setEdge(from, to);
    dagre.layout(graph);
    const centers = new Map();
    for (const id of graph.nodes()) {
      const node = graph.node(id);
      const content = inner.get(id);
      if (!content) {
        centers.set(id, { x: node.x, y: node.y });
        continue;
      }
      const [left, top] = [node.x - node.width / 2 + PADDING, node.y - node.height / 2 + PADDING + TITLE];
      for (const [one, center] of content.centers) centers.set(one, { x: left + center.x, y: top + center.y });
    }
    const { width, height } = graph.graph();
    return { width: Number.isFinite(width) ? width : 0, height: Number.isFinite(height) ? height : 0, centers };
  };
  return laid(undefined, 0).centers;
}
