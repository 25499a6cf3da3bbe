// Reads SARIF logs from the files that are named and checks each by the schema of the standard, as the package
// of those who wrote it has it. Prints what is wrong, and nothing where nothing is.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(process.env.SIDEDOOR_NODE_MODULES + "/");
const Ajv = require("ajv");
const schema = require("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");

// The schema is one of draft 4; formats of addresses and times are checked in full.
const validator = new Ajv({ allErrors: true, format: "full", schemaId: "auto" });
validator.addMetaSchema(require("ajv/lib/refs/json-schema-draft-04.json"));
const check = validator.compile(schema);
for (const file of process.argv.slice(2)) {
  if (!check(JSON.parse(readFileSync(file, "utf8")))) {
    for (const error of check.errors) {
      console.log(`${file}${error.dataPath}: ${error.message} ${JSON.stringify(error.params)}`);
    }
  }
}
