import { defineTexts } from "$/text/language.svelte";

export const texts = defineTexts(
  {
    restored: "What you typed here before is back.",
    discard: "Discard it",
  },
  {
    restored: "O que você digitou aqui antes está de volta.",
    discard: "Descartar",
  },
);
