import { defineTexts } from "$/text/language.svelte";

export const texts = defineTexts(
  {
    close: "Close",
    dismiss: "Dismiss",
    loading: "Loading",
    try_again: "Try again",
    panel_failed: "This part of the page failed. The others go on.",
  },
  {
    close: "Fechar",
    dismiss: "Dispensar",
    loading: "Carregando",
    try_again: "Tentar de novo",
    panel_failed: "Esta parte da página falhou. As outras continuam.",
  },
);
