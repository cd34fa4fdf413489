// A picture of a page that cmklint wrote, with a broken relation chosen: node picture.js PAGE.html PICTURE.png [dark]
import { readFileSync } from "node:fs";
import { browser, opened } from "./browser.js";

const [page_, picture, scheme = "light"] = process.argv.slice(2);
const chromium = await browser();
const { page } = await opened(chromium, readFileSync(page_, "utf8"), { colorScheme: scheme, viewport: { width: 1400, height: 860 } });
const place = await page.evaluate(() => {
  const shown = globalThis.pictures.at(-1);
  const edge = shown.edges(".bad").first();
  if (edge.empty()) return undefined;
  const box = shown.container().getBoundingClientRect();
  const [middle, pan] = [edge.renderedMidpoint(), { x: box.left, y: box.top }];
  return { x: middle.x + pan.x, y: middle.y + pan.y };
});
if (place) await page.mouse.click(place.x, place.y);
await page.waitForTimeout(300);
await page.screenshot({ path: picture });
await chromium.close();
