import { defineTexts } from "$/text/language.svelte";

export const texts = defineTexts(
  {
    close: "Close",
    dismiss: "Dismiss",
    loading: "Loading",
    try_again: "Try again",
    details: "Details",
    said: (code: string, message: string) => `${code}: ${message}`,
    request: "Request",
    copy: "Copy",
    copied: "Copied",
    panel_failed: "This part of the page failed. The others go on.",
    part_lost: "This part of the page couldn't be loaded. What you have typed is kept when you load the page again.",
    load_again: "Load the page again",
  },
  {
    close: "Fechar",
    dismiss: "Dispensar",
    loading: "Carregando",
    try_again: "Tentar de novo",
    details: "Detalhes",
    said: (code, message) => `${code}: ${message}`,
    request: "Pedido",
    copy: "Copiar",
    copied: "Copiado",
    panel_failed: "Esta parte da página falhou. As outras continuam.",
    part_lost:
      "Não foi possível carregar esta parte da página. O que você digitou fica guardado ao carregar a página de novo.",
    load_again: "Carregar a página de novo",
  },
);
