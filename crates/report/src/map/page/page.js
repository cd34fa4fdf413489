// The page of `cmklint graph --format html`. All texts come from the analyzed tree: they are set as text, never as markup.
import cytoscape from "cytoscape";
import { collapsed, prepared } from "./estate.js";
import { HEIGHT, PADDING, WIDTH, positions } from "./layout.js";

const data = JSON.parse(document.getElementById("data").textContent);
const states = data.states.map(prepared);
const byId = (id) => document.getElementById(id);
/** What the picture shows: filters, and what is opened. */
const view = { search: "", broken: false, kinds: new Set(), open: new Set() };
/** So many nodes are laid out by rank; more are set in rows. */
const RANKED = 500;
/** So many rows of a table are shown at first. */
const ROWS = 200;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

const dark = () => {
  const theme = document.documentElement.dataset.theme;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};

const SHAPES = { vault: "barrel", managedHsm: "barrel", key: "hexagon", encryptionSet: "ellipse", group: "round-rectangle" };

function style() {
  const [fore, back, soft, line, bad] = dark()
    ? ["#e8e8ec", "#24262c", "#1d1f24", "#8a8e99", "#ff8a80"]
    : ["#1c1c1e", "#ffffff", "#f1f1f4", "#6b6e78", "#b3261e"];
  return [
    { selector: "node", style: { label: "data(label)", color: fore, "background-color": back, "border-width": 1, "border-color": line, shape: (n) => SHAPES[n.data("kind")] ?? "rectangle", width: WIDTH, height: HEIGHT, "font-size": 11, "text-wrap": "wrap", "text-overflow-wrap": "anywhere", "text-max-width": WIDTH - 12, "text-valign": "center", "text-halign": "center" } },
    { selector: "node.place", style: { "background-color": soft, "text-valign": "top", "text-max-width": 600, "font-size": 13, shape: "round-rectangle", padding: PADDING } },
    { selector: "node.many", style: { "border-style": "double", "border-width": 4 } },
    { selector: "node.bad", style: { "border-color": bad, "border-width": 3 } },
    { selector: "node.new", style: { "border-style": "dashed", "border-width": 3 } },
    { selector: "edge", style: { width: 1.5, "line-color": line, "target-arrow-color": line, "target-arrow-shape": "triangle", "curve-style": "bezier", label: "data(label)", "font-size": 9, color: fore, "text-background-color": soft, "text-background-opacity": 0.9 } },
    { selector: "edge.bad", style: { "line-color": bad, "target-arrow-color": bad, color: bad, "line-style": "dashed", width: 3 } },
    { selector: ":selected", style: { "overlay-color": "#0b57d0", "overlay-opacity": 0.25 } },
  ];
}

/** Lays out `picture`: each place by itself, so that no two overlap; in rows where there are too many nodes. */
function arrange(picture) {
  const nodes = picture.nodes().filter((node) => !node.isParent());
  if (nodes.length > RANKED) {
    picture.layout({ name: "grid", avoidOverlap: true, condense: true, animate: false, sort: (a, b) => a.data("order") - b.data("order") }).run();
    return;
  }
  const elements = picture.nodes().map((node) => ({ id: node.id(), parent: node.parent().nonempty() ? node.parent().id() : undefined, isPlace: node.isParent() }));
  const lines = picture.edges().map((edge) => [edge.source().id(), edge.target().id()]);
  const places = positions(elements, lines);
  picture.layout({ name: "preset", animate: false, positions: (node) => places.get(node.id()) }).run();
}

const pictures = states.map((state, at) => {
  const canvas = element("div", { className: "canvas" });
  canvas.setAttribute("aria-hidden", "true");
  const caption = data.states.length > 1 ? [element("figcaption", { textContent: state.title })] : [];
  byId("maps").append(element("figure", {}, ...caption, canvas));
  const picture = cytoscape({ container: canvas, style: style(), maxZoom: 3, minZoom: 0.02, textureOnViewport: true, hideEdgesOnViewport: true, pixelRatio: 1 });
  picture.on("tap", "node", (event) => {
    const { opens, resource } = event.target.data();
    if (opens) {
      view.open.add(opens);
      draw();
    } else if (resource !== undefined) choose(at, { resource });
  });
  picture.on("tap", "edge", (event) => event.target.data("edge") !== undefined && choose(at, { edge: event.target.data("edge") }));
  new ResizeObserver(() => {
    picture.resize();
    picture.fit(undefined, 20);
  }).observe(canvas);
  return picture;
});

function draw() {
  pictures.forEach((picture, at) => {
    picture.elements().remove();
    picture.add(collapsed(states[at], view, states[1 - at]));
    arrange(picture);
    picture.fit(undefined, 20);
  });
  list();
}

function code(place) {
  if (!place) return [element("p", { textContent: "no place in the code" })];
  return [element("p", { textContent: `${place.file}:${place.line}:${place.column}` }), element("pre", { textContent: place.code ?? "" })];
}

/** Shows a resource, or an edge with the places of both of its ends. */
function choose(at, { resource, edge }) {
  const state = states[at];
  const panel = element("section", { id: "chosen" }, element("h2", { textContent: "Chosen" }));
  panel.setAttribute("aria-live", "polite");
  const about = (title, number) => {
    const found = state.resources[number];
    panel.append(element("h3", { textContent: `${title}${found.kindInWords} ${found.address}` }));
    const facts = [["name", found.name], ["region", found.region], ["subscription", found.subscription], ["resource group", found.resourceGroup]];
    const said = facts.filter(([, cases]) => cases.length).map(([name, cases]) => `${name}: ${cases.map((c) => c.inWords + (c.when ? ` when ${c.when}` : "")).join(", or ")}`);
    panel.append(element("p", { textContent: said.join(" · ") }), ...code(found.place));
  };
  let findings;
  if (edge !== undefined) {
    const found = state.edges[edge];
    panel.append(element("p", { className: found.violates.length ? "bad" : "", textContent: `${found.roleInWords}${found.violates.length ? `: ${found.violates.join(", ")}` : ""}` }), ...code(found.place));
    about("From: ", found.from);
    if (found.to === null) panel.append(element("h3", { textContent: `To: ${found.id}` }));
    else about("To: ", found.to);
    const ends = [found.from, found.to].filter((end) => end !== null).map((end) => state.resources[end].address);
    findings = state.findings.filter((finding) => found.violates.includes(finding.rule) && ends.every((end) => finding.resources.includes(end)));
  } else {
    about("", resource);
    findings = state.findingsOf(resource);
    const links = state.edges.map((found, number) => [found, number]).filter(([found]) => found.from === resource || found.to === resource);
    const rows = links.slice(0, ROWS).map(([found, number]) => {
      const other = found.from === resource ? found.to : found.from;
      const name = other === null ? found.id : state.resources[other].address;
      const words = `${found.from === resource ? "" : "← "}${found.roleInWords} ${name}`;
      return element("li", {}, element("button", { textContent: words, className: found.violates.length ? "bad" : "", onclick: () => choose(at, { edge: number }) }));
    });
    panel.append(element("ul", {}, ...rows));
  }
  for (const finding of findings) panel.append(element("p", { className: "bad", textContent: `${finding.rule}: ${finding.message}` }));
  byId("chosen").replaceWith(panel);
  const picture = pictures[at];
  picture.elements().unselect();
  picture.$id(edge !== undefined ? `e${edge}` : `n${resource}`).select();
}

function more(rows, all, make) {
  const table = element("table", {}, ...rows);
  let shown = 0;
  const button = element("button", { textContent: "More" });
  const add = () => {
    table.append(...all.slice(shown, shown + ROWS).map(make));
    shown += ROWS;
    button.hidden = shown >= all.length;
  };
  button.onclick = add;
  add();
  return [table, button];
}

function where(place) {
  return element("div", { className: "where", textContent: place ? `${place.file}:${place.line}` : "" });
}

function head(...names) {
  return element("thead", {}, element("tr", {}, ...names.map((name) => element("th", { textContent: name, scope: "col" }))));
}

/** The table of resources beside the picture, by place; a place's rows are made when it is opened. */
function list() {
  const at = states.length - 1;
  const state = states[at];
  const shown = state.shown(view);
  const box = byId("resources");
  box.replaceChildren();
  const row = (number) => {
    const found = state.resources[number];
    const name = element("button", { textContent: found.address, className: state.bad.has(number) ? "bad" : "", onclick: () => choose(at, { resource: number }) });
    return element("tr", {}, element("td", { textContent: found.kindInWords }), element("td", {}, name, where(found.place)));
  };
  for (const [subscription, regions] of state.places(shown)) {
    const outer = element("details", { open: true }, element("summary", { textContent: subscription }));
    for (const [region, groups] of regions) {
      const middle = element("details", { open: true }, element("summary", { textContent: region }));
      for (const [group, numbers] of groups) {
        const inner = element("details", {}, element("summary", { textContent: `${group} (${numbers.length})` }));
        const fill = () => inner.childElementCount === 1 && inner.append(...more([head("kind", "resource")], numbers, row));
        inner.addEventListener("toggle", () => inner.open && fill());
        inner.open = shown.length <= ROWS;
        middle.append(inner);
      }
      outer.append(middle);
    }
    box.append(outer);
  }
  const broken = state.edges.filter((edge) => edge.violates.length).length;
  byId("counts").textContent = `${shown.length} of ${state.resources.length} resources, ${broken} broken relations, ${state.findings.length} findings`;
}

function findings() {
  const state = states[states.length - 1];
  const row = (finding) =>
    element("tr", {}, element("td", { textContent: finding.rule, className: finding.level === "error" ? "bad" : "" }), element("td", {}, finding.message + (finding.when ? ` (when ${finding.when})` : ""), where(finding.place)));
  byId("findings").append(...more([head("rule", "what is wrong")], state.findings, row));
}

function controls() {
  const kinds = new Map(states.flatMap((state) => state.resources.map((found) => [found.kind, found.kindInWords])));
  for (const [kind, words] of [...kinds].sort()) {
    view.kinds.add(kind);
    const box = element("input", { type: "checkbox", checked: true });
    box.onchange = () => {
      if (box.checked) view.kinds.add(kind);
      else view.kinds.delete(kind);
      draw();
    };
    byId("kinds").append(element("label", {}, box, ` ${words}`));
  }
  let timer;
  byId("search").oninput = (event) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      view.search = event.target.value.toLowerCase();
      draw();
    }, 150);
  };
  byId("broken").onchange = (event) => {
    view.broken = event.target.checked;
    draw();
  };
  const zoom = (factor) => pictures.forEach((picture) => picture.zoom({ level: picture.zoom() * factor, renderedPosition: { x: picture.width() / 2, y: picture.height() / 2 } }));
  const restyle = () => pictures.forEach((picture) => picture.style(style()));
  const acts = {
    f: () => pictures.forEach((picture) => picture.fit(undefined, 20)),
    "+": () => zoom(1.25),
    "-": () => zoom(0.8),
    c: () => {
      view.open.clear();
      draw();
    },
    "/": () => byId("search").focus(),
    ArrowLeft: () => pictures.forEach((picture) => picture.panBy({ x: 60, y: 0 })),
    ArrowRight: () => pictures.forEach((picture) => picture.panBy({ x: -60, y: 0 })),
    ArrowUp: () => pictures.forEach((picture) => picture.panBy({ x: 0, y: 60 })),
    ArrowDown: () => pictures.forEach((picture) => picture.panBy({ x: 0, y: -60 })),
  };
  [["fit", "f"], ["in", "+"], ["out", "-"], ["collapse", "c"]].forEach(([id, key]) => (byId(id).onclick = acts[key]));
  byId("theme").onclick = () => {
    document.documentElement.dataset.theme = dark() ? "light" : "dark";
    restyle();
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", restyle);
  addEventListener("keydown", (event) => {
    const act = acts[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, aside")) return;
    event.preventDefault();
    act();
  });
}

controls();
findings();
draw();
// For tests: how much the pictures show, and the pictures themselves.
document.documentElement.dataset.nodes = pictures.map((picture) => picture.nodes().length).join(" ");
globalThis.pictures = pictures;
