// Bundles the page's script with its libraries: bundle.js, and bundle.txt with its hash and what is in it. Both are checked in, so that no build of cmklint needs npm.
//     node build.mjs [FOLDER]     writes them to FOLDER, else here
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const packageOf = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
const licenceOf = (name) => readFileSync(`node_modules/${name}/LICENSE`, "utf8").trim();
const libraries = Object.keys(JSON.parse(readFileSync("package.json", "utf8")).dependencies).flatMap((name) => [
  name,
  ...Object.keys(packageOf(name).dependencies ?? {}),
]);
const result = await build({
  entryPoints: ["page.js"],
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  legalComments: "none",
  charset: "ascii",
  write: false,
});
const notices = libraries.map((name) => `${name} ${packageOf(name).version}, ${packageOf(name).license}\n${licenceOf(name)}`);
// Nothing in the text may end the element that it is in.
const code = `/*\n${notices.join("\n\n").replaceAll("*/", "* /")}\n*/\n${result.outputFiles[0].text}`.replaceAll("</script", "<\\/script");
const folder = process.argv[2] ?? ".";
writeFileSync(`${folder}/bundle.js`, code);
const hash = createHash("sha256").update(code).digest("base64");
writeFileSync(`${folder}/bundle.txt`, `sha256-${hash}\n${libraries.map((name) => `${name} ${packageOf(name).version}`).join("\n")}\n`);
