import { defineTexts } from "$/text/language.svelte";

/** Why a step went to a model: a sentence for each code of the protocol. */
export const texts = defineTexts(
  {
    all_failed: "All models that there are have failed at this before; they are asked again.",
    assistant_gone: (assistant: string) => `The assistant ${assistant} is not there any more.`,
    assistant_other: (assistant: string, model: string) =>
      `The assistant ${assistant} would use ${model}, but that is no model that chats.`,
    assistant_unable: (assistant: string, model: string, why: string) =>
      `The assistant ${assistant} would use ${model}, but can't. ${why}`,
    assistant_uses: (assistant: string, models: string) => `The assistant ${assistant} uses ${models}.`,
    failed: (model: string, why: string) => `${model} gave no answer that could be used. ${why}`,
    fixed: (model: string) => `A person has chosen the model ${model}.`,
    last_resort: (models: string) => `Only as a last resort, as an attempt of theirs failed: ${models}.`,
    next: (model: string, models: string) => `If ${model} fails: ${models}.`,
    none_made_for: (kind: string) => `No model is known to be made for “${kind}”.`,
    order_condensed: "What is to be done was too long for the model, and was condensed part by part.",
    result_cut: (title: string, count: string) => `Of the result of “${title}”, ${count} characters were left out.`,
    suits: (kind: string, difficulty: string, model: string, why: string) =>
      `For work of the kind “${kind}” and difficulty ${difficulty}, ${model} suits best: ${why}.`,
    text_condensed: "The task's text was too long for the model, and was condensed part by part.",
    unknown: "nothing is known of it",
  },
  {
    all_failed: "Todos os modelos disponíveis já falharam nisto; são consultados de novo.",
    assistant_gone: (assistant) => `O assistente ${assistant} não existe mais.`,
    assistant_other: (assistant, model) => `O assistente ${assistant} usaria ${model}, mas esse modelo não conversa.`,
    assistant_unable: (assistant, model, why) => `O assistente ${assistant} usaria ${model}, mas não pode. ${why}`,
    assistant_uses: (assistant, models) => `O assistente ${assistant} usa ${models}.`,
    failed: (model, why) => `${model} não deu uma resposta que sirva. ${why}`,
    fixed: (model) => `Uma pessoa escolheu o modelo ${model}.`,
    last_resort: (models) => `Só em último caso, pois uma tentativa deles falhou: ${models}.`,
    next: (model, models) => `Se ${model} falhar: ${models}.`,
    none_made_for: (kind) => `Não se conhece modelo feito para “${kind}”.`,
    order_condensed: "O que se deve fazer era longo demais para o modelo e foi condensado parte por parte.",
    result_cut: (title, count) => `Do resultado de “${title}”, ${count} caracteres ficaram de fora.`,
    suits: (kind, difficulty, model, why) =>
      `Para trabalho do tipo “${kind}” e dificuldade ${difficulty}, ${model} é o que mais convém: ${why}.`,
    text_condensed: "O texto da tarefa era longo demais para o modelo e foi condensado parte por parte.",
    unknown: "nada se sabe dele",
  },
);
