// Gathers the licences of what is bundled into the extension: they go along with it.

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const { inputs } = JSON.parse(readFileSync("out/meta.json", "utf8"));
const found = new Map();
for (const file of Object.keys(inputs)) {
  const folder = /^node_modules\/(?:@[^/]+\/)?[^/]+(?:\/node_modules\/(?:@[^/]+\/)?[^/]+)*/.exec(file)?.[0];
  if (folder && !found.has(folder)) {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const text = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
    if (!text) {
      throw new Error(`${name} comes without its licence`);
    }
    found.set(folder, `${name} ${version} (${license})\n\n${readFileSync(join(folder, text), "utf8").trim()}\n`);
  }
}
writeFileSync("out/NOTICES.txt", [...found.values()].sort().join(`\n${"-".repeat(80)}\n\n`));
