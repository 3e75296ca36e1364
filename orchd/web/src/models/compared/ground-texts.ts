import { defineTexts } from "$/text/language.svelte";

/** Why a model suits a kind of work: a part of a sentence for each code of the protocol. */
export const texts = defineTexts(
  {
    approved: (count: string, total: string) => `${count} of ${total} results that were checked here were approved`,
    context: (tokens: string) => `a context of ${tokens} tokens`,
    loaded: "it is loaded",
    made_for: (kind: string) => `made for “${kind}” by its name`,
    no_template: "it has no chat template: a base model",
    rated: (stars: string, count: string) => `rated ${stars} of 5 (${count}×)`,
    sees: "it sees images",
    sees_by_name: "by its name it sees images",
    simulated: "it is simulated: a program makes its answers up",
    size: (size: string) => `${size} parameters`,
    size_above: (size: string, difficulty: string) =>
      `${size} parameters, more than difficulty ${difficulty} asks for of the sizes here`,
    size_below: (size: string, difficulty: string) =>
      `${size} parameters, less than difficulty ${difficulty} asks for of the sizes here`,
    size_fits: (size: string, difficulty: string) =>
      `${size} parameters, of the sizes here the one for difficulty ${difficulty}`,
    size_unknown: "its size is not known",
    speed: (tokens: string) => `${tokens} tokens/s, measured here`,
    thinks: "it thinks before it answers",
  },
  {
    approved: (count, total) => `${count} de ${total} resultados verificados aqui foram aprovados`,
    context: (tokens) => `um contexto de ${tokens} tokens`,
    loaded: "está carregado",
    made_for: (kind) => `feito para “${kind}”, pelo nome`,
    no_template: "não tem modelo de conversa: é um modelo base",
    rated: (stars, count) => `avaliado com ${stars} de 5 (${count}×)`,
    sees: "vê imagens",
    sees_by_name: "vê imagens, pelo nome",
    simulated: "é simulado: um programa inventa as respostas",
    size: (size) => `${size} de parâmetros`,
    size_above: (size, difficulty) =>
      `${size} de parâmetros, mais do que a dificuldade ${difficulty} pede entre os tamanhos daqui`,
    size_below: (size, difficulty) =>
      `${size} de parâmetros, menos do que a dificuldade ${difficulty} pede entre os tamanhos daqui`,
    size_fits: (size, difficulty) =>
      `${size} de parâmetros, entre os tamanhos daqui o que convém à dificuldade ${difficulty}`,
    size_unknown: "não se sabe o tamanho dele",
    speed: (tokens) => `${tokens} tokens/s, medidos aqui`,
    thinks: "pensa antes de responder",
  },
);
