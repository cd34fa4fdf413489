// Chromium, as Debian packs it or as CHROMIUM names it; and pages that cmklint writes.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

export const repository = fileURLToPath(new URL("../../..", import.meta.url));
export const program = process.env.CMKLINT ?? join(repository, "target/debug/cmklint");
const found = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
export const executable = found.find((path) => path && existsSync(path));

/** A browser that reaches nothing outside of this machine. */
export async function browser() {
  const quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  return chromium.launch({ executablePath: executable, args: quiet });
}

/** What cmklint writes in `folder`. Findings are no failure. */
export function written(folder, ...args) {
  const ran = spawnSync(program, args, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 30 });
  if (ran.status !== 0 && ran.status !== 2) throw new Error(`${program} ${args.join(" ")}: ${ran.error ?? ran.stderr}`);
  return ran.stdout;
}

const folder = mkdtempSync(join(tmpdir(), "cmklint-page"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
let pages = 0;

/** The address of a file with the text `html`. */
export function address(html) {
  const path = join(folder, `${pages++}.html`);
  writeFileSync(path, html);
  return pathToFileURL(path).href;
}

/** The page `html` in `browser`, with all that it asked of the network, all that its policy kept from being asked, and all that it complained of. */
export async function opened(browser, html, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const asked = [];
  const blocked = [];
  const complaints = [];
  const here = address(html);
  page.on("request", (request) => request.url() !== here && !request.url().startsWith("data:") && asked.push(request.url()));
  page.on("requestfailed", (request) => request.failure().errorText === "csp" && blocked.push(...asked.splice(asked.indexOf(request.url()), 1)));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(here);
  await page.waitForFunction(() => document.documentElement.dataset.nodes !== undefined);
  return { page, asked, blocked, complaints };
}
