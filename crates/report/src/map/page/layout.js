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

/** So many nodes of a rank stay in one row. */
const ROW = 8;

/** Breaks ranks of many nodes into rows, or columns where ranks go from left to right, so that the picture is about as wide as it is high. Returns its size. */
function rows(graph, fromLeft) {
  const { width = 0, height = 0 } = graph.graph();
  const [across, along, breadth, depth] = fromLeft ? ["y", "x", "height", "width"] : ["x", "y", "width", "height"];
  const ranks = new Map();
  for (const node of graph.nodes().map((id) => graph.node(id))) (ranks.get(node.rank) ?? ranks.set(node.rank, []).get(node.rank)).push(node);
  if (![...ranks.values()].some((nodes) => nodes.length > ROW)) return { width: Number.isFinite(width) ? width : 0, height: Number.isFinite(height) ? height : 0 };
  const [gap, between] = [36, 64];
  let [at, widest] = [0, 0];
  const laid = [];
  for (const [, nodes] of [...ranks].sort(([a], [b]) => a - b)) {
    nodes.sort((a, b) => a[across] - b[across]);
    const mean = (side) => nodes.reduce((sum, node) => sum + node[side] + gap, 0) / nodes.length;
    const number = Math.max(ROW / 2, Math.ceil(Math.sqrt((nodes.length * 1.3 * mean(depth)) / mean(breadth))));
    for (let first = 0; first < nodes.length; first += number) {
      const row = nodes.slice(first, first + number);
      const deep = Math.max(...row.map((node) => node[depth]));
      let place = 0;
      for (const node of row) {
        node[across] = place + node[breadth] / 2;
        node[along] = at + deep / 2;
        place += node[breadth] + gap;
      }
      laid.push([row, place - gap]);
      widest = Math.max(widest, place - gap);
      at += deep + (first + number < nodes.length ? gap : between);
    }
  }
  for (const [row, wide] of laid) for (const node of row) node[across] += (widest - wide) / 2;
  const size = { [breadth]: widest, [depth]: at - between };
  return { width: size.width, height: size.height };
}

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
    const size = rows(graph, depth === 1);
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
    return { ...size, centers };
  };
  return laid(undefined, 0).centers;
}
