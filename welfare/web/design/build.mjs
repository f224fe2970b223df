// Builds ../static/dist: style sheets (left-to-right and right-to-left), scripts, icon, manifest, checksums.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { constants, gzipSync } from "node:zlib";

import { transform } from "lightningcss";
import rtlcss from "rtlcss";
import * as sass from "sass";
import { minify } from "terser";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "..", "static", "dist");

// One year of browsers back; older ones still get a plain, readable page.
const targets = { chrome: 100 << 16, firefox: 100 << 16, safari: (15 << 16) | (4 << 8) };

const minifyStyle = (text) =>
  transform({ filename: "app.css", code: Buffer.from(text), minify: true, targets }).code;


const minifyScript = async (name) => {
  const source = readFileSync(join(here, "scripts", name), "utf8");
  return Buffer.from((await minify(source, { ecma: 2020, module: false })).code);
};

const compile = (name) =>
  sass.compile(join(here, name), {
    importers: [new sass.NodePackageImporter(here)],
    quietDeps: true,
    charset: false,
  }).css;

const compiled = compile("app.scss");

const outputs = {
  "app.css": minifyStyle(compiled),
  "app.rtl.css": minifyStyle(rtlcss.process(compiled)),
  "paper.css": minifyStyle(compile("paper.scss")),
  "care.css": minifyStyle(compile("care.scss")),
  "summary.css": minifyStyle(compile("summary.scss")),
  "app.js": await minifyScript("app.js"),
  "passkey.js": await minifyScript("passkey.js"),
  "work-list.js": await minifyScript("work-list.js"),
  "questionnaire.js": await minifyScript("questionnaire.js"),
  "favicon.svg": readFileSync(join(here, "favicon.svg")),
};

const sha256 = (content) => createHash("sha256").update(content).digest("hex");

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

const manifest = {};
const sums = [];
const keep = (name, content) => {
  writeFileSync(join(dist, name), content);
  sums.push(`${sha256(content)}  ${name}`);
};

for (const [name, content] of Object.entries(outputs)) {
  const dot = name.lastIndexOf(".");
  const hashed = `${name.slice(0, dot)}.${sha256(content).slice(0, 8)}${name.slice(dot)}`;
  manifest[name] = hashed;
  keep(hashed, content);
  keep(`${hashed}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
}
keep("manifest.json", `${JSON.stringify(manifest, null, 2)}\n`);
keep("NOTICE", readFileSync(join(here, "NOTICE")));
writeFileSync(join(dist, "SHA256SUMS"), `${sums.sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join("\n")}\n`);
