// The estate as the page needs it: places, what is broken, and what is shown as one.

/** So many resources of a kind that lead to the same are shown one by one. */
const FEW = 4;
/** Beyond so many nodes, places are shown as one each. */
const MANY = 400;

const text = (cases, of) => (cases.length ? cases.map((found) => found.text ?? found.inWords).join(" or ") : `no ${of}`);

/** A state of the estate, with what is looked up often. */
export function prepared(state) {
  const { resources, edges, findings, title } = state;
  const regionOf = (found) => (found.region.length ? text(found.region, "region").replace(/\s+/g, "").toLowerCase() : "no region");
  // A key has no region of its own: it is where its vault is.
  const vaultOf = new Map(edges.filter((edge) => edge.role === "inVault" && edge.to !== null).map((edge) => [edge.from, resources[edge.to]]));
  const placed = resources.map((found, number) => (found.kind === "key" && !found.region.length ? { ...found, region: vaultOf.get(number)?.region ?? [] } : found));
  const place = placed.map((found) => [text(found.subscription, "subscription"), regionOf(found), text(found.resourceGroup, "resource group")]);
  const bad = new Set(edges.filter((edge) => edge.violates.length).flatMap((edge) => [edge.from, edge.to]));
  const findingsOf = (number) => findings.filter((finding) => finding.root === resources[number].root && finding.resources.includes(resources[number].address));
  const words = resources.map((found, number) => [found.address, text(found.name, ""), found.place?.file ?? "", ...place[number]].join("\n").toLowerCase());
  const shown = (view) =>
    resources
      .map((_, number) => number)
      .filter((number) => view.kinds.has(resources[number].kind) && (!view.broken || bad.has(number)) && (!view.search || words[number].includes(view.search)));
  const places = (numbers) => {
    const out = new Map();
    for (const number of numbers) {
      const [subscription, region, group] = place[number];
      const regions = out.get(subscription) ?? out.set(subscription, new Map()).get(subscription);
      const groups = regions.get(region) ?? regions.set(region, new Map()).get(region);
      (groups.get(group) ?? groups.set(group, []).get(group)).push(number);
    }
    return out;
  };
  return { title, resources, edges, findings, place, bad, findingsOf, shown, places };
}

/** The elements of the picture of `state`: places as boxes in each other, many of a kind as one, whole places as one where there is too much. `other` is the state beside it. */
export function collapsed(state, view, other) {
  const shown = state.shown(view);
  const target = new Map();
  for (const edge of state.edges) if (edge.to !== null && !target.has(edge.from)) target.set(edge.from, edge.to);
  const bunches = new Map();
  for (const number of shown) {
    const key = JSON.stringify([...state.place[number], state.resources[number].kind, target.get(number) ?? -1, state.bad.has(number)]);
    (bunches.get(key) ?? bunches.set(key, []).get(key)).push(number);
  }
  // What stands for each resource: itself, its bunch, its group, or its region.
  const standIn = new Map();
  let count = 0;
  for (const [key, numbers] of bunches) {
    const id = `b${key}`;
    const isOne = numbers.length > FEW && !view.open.has(id);
    count += isOne ? 1 : numbers.length;
    for (const number of numbers) standIn.set(number, isOne ? { id, label: `${state.resources[number].kindInWords} × ${numbers.length}`, kind: state.resources[number].kind } : null);
  }
  if (count > MANY) {
    for (const depth of [3, 2]) {
      const all = new Map();
      for (const number of shown) {
        const id = `p${JSON.stringify(state.place[number].slice(0, depth))}`;
        (all.get(id) ?? all.set(id, []).get(id)).push(number);
      }
      if (depth === 3 && all.size > MANY) continue;
      for (const [id, numbers] of all) {
        if (view.open.has(id) || numbers.length <= FEW) continue;
        const label = `${state.place[numbers[0]].slice(1, depth).join("\n")}\n${numbers.length} resources`;
        for (const number of numbers) standIn.set(number, { id, label, kind: "group", depth });
      }
      break;
    }
  }
  return elements(state, shown, standIn, other);
}

function elements(state, shown, standIn, other) {
  const made = new Map();
  const there = other && new Set(other.resources.map((found) => `${found.root}\n${found.address}`));
  const boxOf = (number, depth) => {
    let parent;
    for (let level = 1; level <= depth; level++) {
      const id = `g${JSON.stringify(state.place[number].slice(0, level))}`;
      if (!made.has(id)) made.set(id, { data: { id, label: state.place[number][level - 1], parent }, classes: "place", selectable: false });
      parent = id;
    }
    return parent;
  };
  const idOf = (number) => standIn.get(number)?.id ?? `n${number}`;
  for (const number of shown) {
    const one = standIn.get(number);
    const found = state.resources[number];
    const classes = [one && "many", state.bad.has(number) && "bad", there && !there.has(`${found.root}\n${found.address}`) && "new"].filter(Boolean);
    const known = made.get(idOf(number));
    if (known) {
      if (state.bad.has(number) && !known.classes.includes("bad")) known.classes += " bad";
      continue;
    }
    const parent = boxOf(number, one?.depth ? one.depth - 1 : 3);
    const data = one ? { id: one.id, label: one.label, kind: one.kind, opens: one.id, parent } : { id: `n${number}`, label: `${found.kindInWords}\n${found.address}`, kind: found.kind, resource: number, parent };
    made.set(data.id, { data: { ...data, order: made.size }, classes: classes.join(" ") });
  }
  const lines = new Map();
  state.edges.forEach((edge, number) => {
    if (!standIn.has(edge.from) || (edge.to !== null && !standIn.has(edge.to))) return;
    const source = idOf(edge.from);
    let to = edge.to !== null && idOf(edge.to);
    if (edge.to === null) {
      to = `x${edge.id}`;
      if (!made.has(to)) made.set(to, { data: { id: to, label: edge.id.split("/").at(-1), kind: "id", order: made.size } });
    }
    if (source === to) return;
    const broken = edge.violates.length > 0;
    const key = `${source}\n${to}\n${edge.role}\n${broken}`;
    const line = lines.get(key);
    if (line) {
      line.count++;
      return;
    }
    const label = edge.roleInWords + (broken ? `: ${edge.violates.join(", ")}` : "");
    lines.set(key, { count: 1, data: { id: `e${number}`, source, target: to, label, edge: number }, classes: broken ? "bad" : "" });
  });
  for (const line of lines.values()) if (line.count > 1) line.data.label += ` × ${line.count}`;
  return [...made.values(), ...[...lines.values()].map(({ data, classes }) => ({ data, classes }))];
}
