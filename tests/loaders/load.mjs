// Loads an exported graph into a program that others wrote for Node.js, and prints what arrived as `load.py` does.
//
//     load.mjs READER FILE
//
// READER is graphology-graphml or graphology-gexf, the readers of Gephi Lite, or cytoscape-js.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(process.env.SIDEDOOR_NODE_MODULES + "/");

const readers = {
  "graphology-graphml": (text) => ofGraphology(require("graphology-graphml"), text),
  "graphology-gexf": (text) => ofGraphology(require("graphology-gexf"), text),
  "cytoscape-js": (text) => {
    const graph = require("cytoscape")({ elements: JSON.parse(text).elements, headless: true });
    const rows = (some) => some.map((one) => one.data());
    // Its edges have a source and a target, and are directed where a style draws arrows.
    return { nodes: rows(graph.nodes()), edges: rows(graph.edges()), directed: true };
  },
};

function ofGraphology(format, text) {
  const graph = format.parse(require("graphology"), text, { addMissingNodes: false });
  return {
    nodes: graph.mapNodes((_, attributes) => attributes),
    edges: graph.mapEdges((_, attributes) => attributes),
    directed: graph.type === "directed",
  };
}

const [reader, path] = process.argv.slice(2);
const { nodes, edges, directed } = readers[reader](readFileSync(path, "utf8"));
const seen = nodes.find((node) => node.title) ?? {};
const named = (value) => ({ boolean: "bool", number: "float" })[typeof value] ?? typeof value;
const by = (some, key, value) => Object.fromEntries(some.map((node) => [node[key], value(node)]));
console.log(
  JSON.stringify({
    nodes: nodes.length,
    edges: edges.length,
    directed,
    titles: by(nodes.filter(({ type }) => type === "page"), "address", ({ title }) => title ?? ""),
    sites: by(nodes.filter(({ type }) => type === "site"), "site", ({ pages }) => pages),
    entities: by(nodes.filter(({ type }) => !["page", "site"].includes(type)), "key", ({ type }) => type),
    mentions: edges
      .filter(({ kind, mentions }) => kind === "mention" && mentions !== undefined)
      .reduce((sum, { mentions }) => sum + mentions, 0),
    is_seed: named(seen.is_seed),
    chance: named(seen.chance),
    vantages: [seen.vantages ?? ""].flat().join(" "),
  }),
);
