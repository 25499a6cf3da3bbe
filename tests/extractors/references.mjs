// The references that parse5 sees in documents: one JSON list for each file, in order.
import { readFileSync } from "node:fs";

const { parse } = await import(process.env.SIDEDOOR_NODE_MODULES + "/parse5/dist/index.js");
const addresses = new Set([
  "href", "src", "action", "formaction", "cite", "longdesc", "profile", "background", "poster",
  "manifest", "codebase", "dynsrc", "lowsrc", "xlink:href",
]);

for (const path of process.argv.slice(2)) {
  const found = new Set();
  const waiting = [parse(readFileSync(path, "utf8"))];
  while (waiting.length) {
    const node = waiting.pop();
    for (const { name, value } of node.attrs ?? []) {
      if (!value.trim()) continue;
      if (addresses.has(name) || (name === "data" && node.tagName === "object")) found.add(value.trim());
      else if (name === "ping") value.trim().split(/\s+/).forEach((one) => found.add(one));
    }
    waiting.push(...(node.childNodes ?? []));
    if (node.content) waiting.push(node.content);
  }
  console.log(JSON.stringify([...found].sort()));
}
