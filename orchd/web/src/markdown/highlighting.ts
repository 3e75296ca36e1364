/** Code in colours: the languages that models write most, loaded when the first block of code is shown. */

import type { HLJSApi, LanguageFn } from "highlight.js";
import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import c from "highlight.js/lib/languages/c";
import cpp from "highlight.js/lib/languages/cpp";
import csharp from "highlight.js/lib/languages/csharp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import go from "highlight.js/lib/languages/go";
import ini from "highlight.js/lib/languages/ini";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import markdown from "highlight.js/lib/languages/markdown";
import php from "highlight.js/lib/languages/php";
import python from "highlight.js/lib/languages/python";
import ruby from "highlight.js/lib/languages/ruby";
import rust from "highlight.js/lib/languages/rust";
import sql from "highlight.js/lib/languages/sql";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";

const LANGUAGES: Record<string, LanguageFn> = {
  bash, c, cpp, csharp, css, diff, go, ini, java, javascript, json, markdown, php, python, ruby, rust, sql, typescript, xml, yaml,
}; // prettier-ignore

for (const [name, rules] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, rules);

/** More than this takes too long to colour. */
const MAX_CODE = 100_000;

/** HTML of a piece of code, all of its own text escaped; undefined for a language that isn't known here. */
export function highlight(code: string, language: string): string | undefined {
  const known: HLJSApi = hljs;
  if (code.length > MAX_CODE || known.getLanguage(language) === undefined) return undefined;
  return known.highlight(code, { language, ignoreIllegals: true }).value;
}
