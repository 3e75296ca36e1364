// What AsyncAPI's official parser finds wrong in a document; exits with 1 when that is an error.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
const errors = diagnostics.filter((each) => each.severity === 0);
for (const each of errors.slice(0, 20)) console.error(each.path.join("."), each.message);
if (errors.length > 0 || document === undefined) process.exit(1);
console.error(`asyncapi: ${document.operations().all().length} operations, no error`);
