// Asks a daemon by OpenAI's and Ollama's own clients for JavaScript: `ask.mjs URL MODEL`. Run by `scripts/clients.sh`.
import assert from "node:assert";
import { Ollama } from "ollama";
import OpenAI from "openai";

const [url, model] = process.argv.slice(2);
const messages = [{ role: "user", content: "hello [[simulate: tokens=8]]" }];
const weather = {
  type: "function",
  function: { name: "weather", description: "Tells it", parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } },
};
const asked = [{ role: "user", content: "What is the weather in Lisbon? [[simulate: calls=1]]" }];

const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: "none" });
const whole = await openai.chat.completions.create({ model, messages });
assert.equal(whole.usage.completion_tokens, 8);
let text = "";
for await (const piece of await openai.chat.completions.create({ model, messages, stream: true })) text += piece.choices[0]?.delta.content ?? "";
assert.ok(text);
const called = await openai.chat.completions.create({ model, messages: asked, tools: [weather] });
assert.equal(called.choices[0].message.tool_calls[0].function.name, "weather");
await assert.rejects(openai.chat.completions.create({ model: "no-such", messages }), (error) => error.status === 404 && error.code === "not_found");
console.log("clients: openai for JavaScript: whole, streamed, tools, errors");

const ollama = new Ollama({ host: url });
assert.ok((await ollama.list()).models.some((listed) => listed.model === model));
assert.equal((await ollama.chat({ model, messages })).eval_count, 8);
text = "";
for await (const piece of await ollama.chat({ model, messages, stream: true })) text += piece.message.content;
assert.ok(text);
assert.equal((await ollama.chat({ model, messages: asked, tools: [weather] })).message.tool_calls[0].function.name, "weather");
await assert.rejects(ollama.chat({ model: "no-such", messages }), (error) => error.status_code === 404);
console.log("clients: ollama for JavaScript: listed, whole, streamed, tools, errors");
