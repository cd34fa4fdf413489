// The page of `cmklint graph --format html`, in Chromium without a display.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { browser, executable, opened, repository, written } from "./browser.js";

let chromium;
const trees = [];
before(async () => {
  assert.ok(executable, "no Chromium: name one in CHROMIUM");
  chromium = await browser();
});
after(async () => {
  await chromium?.close();
  trees.forEach((tree) => rmSync(tree, { recursive: true, force: true }));
});

/** A folder with `files`, by name. */
function tree(files) {
  const folder = mkdtempSync(join(tmpdir(), "cmklint-tree"));
  trees.push(folder);
  mkdirSync(join(folder, ".git"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const mixed = (...args) => written(join(repository, "testdata/mixed"), ...args);
const graph = ["graph", "--format", "html"];
const chosen = (page) => page.locator("#chosen").innerText();
const counts = (page) => page.locator("#counts").innerText();
const nodes = (page) => page.evaluate(() => globalThis.pictures.map((picture) => picture.nodes().length));

/** Clicks the middle of the first element of the picture that `selector` (of cytoscape) finds. */
async function click(page, selector, at = 0) {
  const place = await page.evaluate(
    ([selector, at]) => {
      const picture = globalThis.pictures[at];
      const found = picture.elements(selector).first();
      const box = picture.container().getBoundingClientRect();
      const middle = found.isEdge() ? found.midpoint() : found.position();
      const [zoom, pan] = [picture.zoom(), picture.pan()];
      return { x: box.left + middle.x * zoom + pan.x, y: box.top + middle.y * zoom + pan.y };
    },
    [selector, at],
  );
  await page.mouse.click(place.x, place.y);
}

test("the page of an estate in three languages asks for nothing and complains of nothing", async () => {
  for (const args of [graph, ["--format", "html"]]) {
    const { page, asked, complaints } = await opened(chromium, mixed(...args));
    assert.match(await counts(page), /^8 of 8 resources, 2 broken relations, 6 findings$/);
    assert.equal(await page.locator("#findings tbody tr, #findings table > tr").count(), 6);
    assert.deepEqual([asked, complaints], [[], []]);
  }
});

test("nothing but the page's own script runs, and nothing is loaded", async () => {
  const html = mixed(...graph).replace("</body>", "<script>window.foreign = 1</script><img src='http://127.0.0.1:9/x.png' onerror='window.foreign = 2'></body>");
  const { page, asked, blocked, complaints } = await opened(chromium, html);
  assert.equal(await page.evaluate(() => window.foreign), undefined);
  assert.deepEqual([asked, blocked], [[], ["http://127.0.0.1:9/x.png"]]);
  assert.equal(complaints.filter((said) => said.includes("Content Security Policy")).length, complaints.length);
  assert.ok(complaints.length >= 2, complaints.join("\n"));
});

test("a broken relation shows the places of both ends", async () => {
  const { page } = await opened(chromium, mixed(...graph));
  await click(page, "edge.bad[label *= 'CMK020']");
  const said = await chosen(page);
  assert.match(said, /encrypted with: CMK020/);
  assert.match(said, /From: disk azurerm_managed_disk\.data[\s\S]*disks\/main\.tf:40:1[\s\S]*resource "azurerm_managed_disk" "data"/);
  assert.match(said, /To: encryption set [\s\S]*encryption\/azuredeploy\.json:\d+:\d+[\s\S]*diskEncryptionSets/);
  assert.match(said, /are in different regions/);
});

test("no place lies on another one, and all is in its place", async () => {
  const { page } = await opened(chromium, mixed(...graph));
  const wrong = await page.evaluate(() => {
    const boxes = globalThis.pictures[0].nodes().map((node) => ({ id: node.id(), parent: node.parent().id(), box: node.boundingBox({ includeLabels: false }) }));
    const meet = (a, b) => a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2;
    return boxes.flatMap((a) => boxes.filter((b) => a.id < b.id && a.parent === b.parent && meet(a.box, b.box)).map((b) => [a.id, b.id]));
  });
  assert.deepEqual(wrong, []);
});

test("filters, search and the list say the same as the picture", async () => {
  const { page } = await opened(chromium, mixed(...graph));
  const all = (await nodes(page))[0];
  await page.getByLabel("Only what is broken").check();
  assert.match(await counts(page), /^3 of 8 resources/);
  const broken = (await nodes(page))[0];
  assert.ok(broken < all);
  assert.equal(await page.locator("#resources td button").count(), 3);
  await page.getByLabel("Only what is broken").uncheck();
  await page.getByLabel("disk", { exact: true }).uncheck();
  assert.match(await counts(page), /^4 of 8 resources/);
  await page.getByLabel("disk", { exact: true }).check();
  await page.getByLabel("Search").fill("SANDBOX");
  await page.waitForFunction(() => document.getElementById("counts").textContent.startsWith("1 of 8"));
  assert.equal(await page.locator("#resources td button").innerText(), "azurerm_managed_disk.sandbox");
  await page.getByLabel("Search").fill("nothing has this name");
  await page.waitForFunction(() => document.getElementById("counts").textContent.startsWith("0 of 8"));
  assert.deepEqual(await nodes(page), [0]);
});

test("the keyboard reaches everything", async () => {
  const { page, complaints } = await opened(chromium, mixed(...graph));
  const zoom = () => page.evaluate(() => globalThis.pictures[0].zoom());
  const pan = () => page.evaluate(() => globalThis.pictures[0].pan().x);
  const start = await zoom();
  await page.keyboard.press("+");
  assert.ok((await zoom()) > start);
  await page.keyboard.press("-");
  await page.keyboard.press("-");
  assert.ok((await zoom()) < start);
  const left = await pan();
  await page.keyboard.press("ArrowRight");
  assert.ok((await pan()) < left);
  await page.keyboard.press("f");
  assert.ok(Math.abs((await zoom()) - start) < 0.01);
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");
  // What is typed into the field does not move the picture.
  await page.keyboard.type("f+-");
  assert.ok(Math.abs((await zoom()) - start) < 0.01);
  await page.getByLabel("Search").fill("");
  await page.waitForFunction(() => document.getElementById("counts").textContent.startsWith("8 of 8"));
  // From the first element that takes the focus to a resource of the list, by the link that skips the controls.
  await page.evaluate(() => document.activeElement.blur());
  await page.locator(".skip").focus();
  await page.keyboard.press("Enter");
  const names = new Set();
  for (let step = 0; step < 40; step++) {
    await page.keyboard.press("Tab");
    names.add(await page.evaluate(() => document.activeElement.textContent));
    if (names.has("azurerm_managed_disk.data")) break;
  }
  assert.ok(names.has("azurerm_managed_disk.data"), [...names].join(", "));
  await page.keyboard.press("Enter");
  assert.match(await chosen(page), /disk azurerm_managed_disk\.data/);
  assert.deepEqual(complaints, []);
});

test("a screen reader is told of lists, and not of the picture", async () => {
  const { page } = await opened(chromium, mixed(...graph));
  const told = await page.locator("body").ariaSnapshot();
  for (const part of ['searchbox "Search', 'checkbox "Only what is broken"', 'button "Fit"', 'heading "Findings"', 'columnheader "what is wrong"', 'button "azurerm_managed_disk.data"']) {
    assert.ok(told.includes(part), `${part} in\n${told}`);
  }
  assert.equal(await page.locator(".canvas").getAttribute("aria-hidden"), "true");
  assert.equal(await page.locator("#chosen").getAttribute("aria-live"), "polite");
});

test("light, dark and print", async () => {
  const back = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const { page } = await opened(chromium, mixed(...graph), { colorScheme: "dark" });
  assert.equal(await back(page), "rgb(23, 24, 28)");
  await page.getByText("Dark or light").click();
  assert.equal(await back(page), "rgb(255, 255, 255)");
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.getByLabel("Search").isVisible(), false);
  assert.equal(await page.getByText("Only what is broken").isVisible(), false);
  assert.equal(await page.locator("#findings").isVisible(), true);
});

test("names that are markup are shown, and do nothing", async () => {
  const names = ["<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "<!--<script>", "'\"><svg onload=alert(1)>", "javascript:alert(1)", "\u202ekcart\u202c"];
  const disks = names.map((name, at) => `resource d${at} 'Microsoft.Compute/disks@2023-04-02' = {\n  name: '${name.replaceAll("'", "\\'").replaceAll("$", "\\$")}'\n  location: '${name.replaceAll("'", "\\'")}'\n  properties: { encryption: { diskEncryptionSetId: set.id } }\n}\n`);
  const set = "resource set 'Microsoft.Compute/diskEncryptionSets@2023-04-02' = {\n  name: 'des'\n  location: 'westeurope'\n  properties: { activeKey: { keyUrl: 'https://kv.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef' } }\n}\n";
  const { page, asked, complaints } = await opened(chromium, written(tree({ "main.bicep": set + disks.join("") }), ...graph));
  const inert = () => page.evaluate(() => document.querySelectorAll("img, svg, iframe, object, a:not(.skip)").length + document.querySelectorAll("script").length - 2);
  assert.equal(await inert(), 0);
  for (const name of ["d0", "d1", "d2", "d3", "d4", "d5"]) {
    await page.locator("#resources summary").evaluateAll((all) => all.forEach((one) => (one.parentElement.open = true)));
    await page.getByRole("button", { name, exact: true }).click();
    assert.equal(await inert(), 0);
    if (name === "d0") assert.match(await chosen(page), /name: '<img src=x onerror=alert\(1\)>'/);
  }
  assert.ok(!(await page.content()).includes("\u202e"));
  assert.deepEqual([asked, complaints], [[], []]);
});

test("before and after stand side by side", async () => {
  const folder = tree({});
  rmSync(join(folder, ".git"), { recursive: true });
  const git = (...args) => execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], { cwd: folder });
  git("init", "-q");
  cpSync(join(repository, "rules/CMK020/good/tf/main.tf"), join(folder, "main.tf"));
  git("add", ".");
  git("commit", "-qm", "before");
  const now = readFileSync(join(repository, "rules/CMK020/bad/tf/main.tf"), "utf8");
  writeFileSync(join(folder, "main.tf"), `${now}\nresource "azurerm_key_vault" "added" {\n  name = "kv-added"\n}\n`);
  const { page, complaints } = await opened(chromium, written(folder, ...graph, "--base", "HEAD"));
  assert.equal(await page.locator("figure").count(), 2);
  assert.equal(await page.locator("figcaption").count(), 2);
  const [before, now_] = await page.evaluate(() => globalThis.pictures.map((picture) => ({ bad: picture.edges(".bad").length, added: picture.nodes(".new").map((node) => node.data("label")) })));
  assert.deepEqual(before, { bad: 0, added: [] });
  assert.equal(now_.bad, 1);
  assert.deepEqual(now_.added, ["vault\nazurerm_key_vault.added"]);
  await click(page, "edge.bad", 1);
  assert.match(await chosen(page), /CMK020/);
  assert.deepEqual(complaints, []);
});

test("a thousand sets with twenty thousand disks are shown in clusters that open", async () => {
  // The page of a real estate, with more of what it has.
  const html = mixed(...graph);
  const [, text] = /id="data">(.*?)<\/script>/s.exec(html);
  const state = JSON.parse(text).states[0];
  const [disk, set] = [state.resources.find((found) => found.kind === "disk"), state.resources.find((found) => found.kind === "encryptionSet")];
  const link = state.edges.find((edge) => edge.role === "encryptedWith");
  const known = (value) => [{ when: "", known: true, text: value, inWords: `'${value}'` }];
  const large = { ...state, resources: [], edges: [], findings: [] };
  for (let at = 0; at < 1000; at++) {
    const place = { region: known(`region${at % 30}`), resourceGroup: known(`rg-${at % 200}`), subscription: known(`sub-${at % 5}`) };
    const to = large.resources.push({ ...set, address: `set${at}`, name: known(`set${at}`), ...place }) - 1;
    for (let one = 0; one < 20; one++) {
      const from = large.resources.push({ ...disk, address: `disk${at}-${one}`, name: known(`disk${at}-${one}`), ...place }) - 1;
      large.edges.push({ ...link, from, to, violates: [] });
    }
  }
  const page_ = html.replace(text, () => JSON.stringify({ states: [large] }).replaceAll("<", "\\u003c"));
  const { page, complaints } = await opened(chromium, page_);
  assert.match(await counts(page), /^21000 of 21000 resources/);
  const [shown] = await nodes(page);
  assert.ok(shown > 1 && shown < 1000, `${shown} nodes`);
  await click(page, "node[opens]");
  assert.ok((await nodes(page))[0] > shown, "a cluster opens");
  await page.keyboard.press("c");
  assert.equal((await nodes(page))[0], shown);
  await page.getByLabel("Search").fill("disk7-");
  await page.waitForFunction(() => document.getElementById("counts").textContent.startsWith("20 of"));
  // A list is made in parts.
  assert.ok((await page.locator("#resources tr").count()) < 1000);
  assert.deepEqual(complaints, []);
});
