// How long a large page takes in Chromium: node measure.js PAGE.html. Prints milliseconds, in all and of the processor; none of it is a test.
import { readFileSync } from "node:fs";
import { browser, opened } from "./browser.js";

const chromium = await browser();
const html = readFileSync(process.argv[2], "utf8");
const started = performance.now();
const { page } = await opened(chromium, html);
console.log(`${(html.length / 1e6).toFixed(1)} MB of page, until it is drawn: ${Math.round(performance.now() - started)} ms`);
console.log(await page.locator("#counts").innerText(), "·", await page.evaluate(() => document.documentElement.dataset.nodes), "nodes");
const session = await page.context().newCDPSession(page);
await session.send("Performance.enable", { timeDomain: "threadTicks" });
/** Milliseconds of the processor that the page took so far. */
const worked = async () => (await session.send("Performance.getMetrics")).metrics.find(({ name }) => name === "TaskDuration").value * 1000;
const timed = async (what, act) => {
  const times = [];
  const before = await worked();
  for (let at = 0; at < 5; at++) {
    const start = performance.now();
    await act(at);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    times.push(performance.now() - start);
  }
  console.log(`${what}: median ${Math.round(times.sort((a, b) => a - b)[2])} ms, longest ${Math.round(times[4])} ms; of the processor ${Math.round((await worked() - before) / 5)} ms`);
};
await timed("pan", () => page.keyboard.press("ArrowRight"));
await timed("zoom", () => page.keyboard.press("+"));
await timed("collapse all", () => page.keyboard.press("c"));
await timed("open a cluster", (at) =>
  page.evaluate((at) => {
    const picture = globalThis.pictures[0];
    const clusters = picture.nodes("[opens]");
    clusters[at % clusters.length]?.emit("tap");
  }, at),
);
await timed("only what is broken, and back", async () => {
  await page.getByLabel("Only what is broken").click();
  await page.getByLabel("Only what is broken").click();
});
await timed("search (150 ms of it are waited for more letters)", async (at) => {
  await page.getByLabel("Search").fill(`disk-${at}`);
  await page.waitForTimeout(160);
});
const heap = await page.evaluate(() => performance.memory?.usedJSHeapSize ?? 0);
console.log(`${Math.round(heap / 1e6)} MB of JavaScript's memory`);
await chromium.close();
