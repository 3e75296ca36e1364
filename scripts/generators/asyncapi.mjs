// What AsyncAPI's official parser finds wrong in a document; exits with 1 when that is an error. The whole takes it longer
// than anybody waits, so it gets one family of operations after the other, with all that those need.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const whole = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { messages, schemas } = whole.components;
const nameOf = (reference) => reference.split("/").at(-1);

function* references(node) {
  if (Array.isArray(node)) for (const each of node) yield* references(each);
  else if (node !== null && typeof node === "object") {
    if (typeof node.$ref === "string") yield nameOf(node.$ref);
    for (const each of Object.values(node)) yield* references(each);
  }
}

function kept(table, names) {
  return Object.fromEntries(Object.entries(table).filter(([name]) => names.has(name)));
}

function cut(operations) {
  const sent = new Set(Object.values(operations).flatMap((each) => [...references([each.messages, each.reply?.messages])]));
  const needed = new Set();
  for (const wanted = [...sent]; wanted.length > 0; ) {
    const name = wanted.pop();
    if (needed.has(name)) continue;
    needed.add(name);
    wanted.push(...references(schemas[name]));
  }
  const channels = { frames: { ...whole.channels.frames, messages: kept(whole.channels.frames.messages, sent) } };
  return { ...whole, channels, operations, components: { messages: kept(messages, sent), schemas: kept(schemas, needed) } };
}

const families = new Map();
for (const [name, told] of Object.entries(whole.operations)) {
  const family = messages[nameOf(told.messages[0].$ref)].name.split(":")[0];
  families.set(family, { ...families.get(family), [name]: told });
}

let errors = 0;
for (const [family, operations] of families) {
  const { document, diagnostics } = await new Parser().parse(cut(operations));
  const wrong = diagnostics.filter((each) => each.severity === 0);
  for (const each of wrong.slice(0, 20)) console.error(family, each.path.join("."), each.message);
  errors += wrong.length + (document === undefined ? 1 : 0);
}
if (errors > 0) process.exit(1);
console.error(`asyncapi: ${Object.keys(whole.operations).length} operations, no error`);
