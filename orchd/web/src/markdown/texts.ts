import { defineTexts } from "$/text/language.svelte";

export const texts = defineTexts(
  { code: "Code", copy: "Copy", copy_code: "Copy code", copied: "Copied" },
  { code: "Código", copy: "Copiar", copy_code: "Copiar código", copied: "Copiado" },
);
