import { defineTexts } from "$/text/language.svelte";

export const texts = defineTexts(
  {
    close: "Close",
    dismiss: "Dismiss",
    loading: "Loading",
    try_again: "Try again",
    unreachable: "The daemon does not answer. Try again in a moment.",
    panel_failed: "This part of the page failed. The others go on.",
  },
  {
    close: "Fechar",
    dismiss: "Dispensar",
    loading: "Carregando",
    try_again: "Tentar de novo",
    unreachable: "O serviço não responde. Tente de novo daqui a pouco.",
    panel_failed: "Esta parte da página falhou. As outras continuam.",
  },
);
