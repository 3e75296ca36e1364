import { defineTexts } from "$/text/language.svelte";

/** How the results of a task were joined: a sentence for each code of the protocol. */
export const texts = defineTexts(
  {
    as_they_are: "The results are put together as they are, in order, without a model.",
    claims_left_out: (count: string, claims: string) => `Left out of what the results say (${count}): ${claims}`,
    cut_off: (model: string) => `The text of ${model} was cut off, and so it was thrown away.`,
    discarded: "What was wrong with the text that was thrown away:",
    does_not_hold: (model: string) =>
      `What ${model} wrote does not say what the results say, and so it was thrown away.`,
    far_longer: "It is far longer than the results together.",
    far_shorter: "It is far shorter than the results together.",
    invented: (claims: string) => `The results don't say this: ${claims}`,
    model_failed: (why: string) => `No model could join them. ${why}`,
    other_language: (spoken: string, wanted: string) => `The answer is in ${spoken}, and the task in ${wanted}.`,
    result_missing: (titles: string) => `These results are not in it: ${titles}.`,
    too_long: "It is too long to be held against the results.",
    too_long_for_models: "They are too long for the models that there are.",
    unmarked: (titles: string) => `The text has no mark for these results, which are listed at its end: ${titles}.`,
  },
  {
    as_they_are: "Os resultados foram reunidos como estão, em ordem, sem um modelo.",
    claims_left_out: (count, claims) => `Ficou de fora, do que dizem os resultados (${count}): ${claims}`,
    cut_off: (model) => `O texto de ${model} foi cortado e, por isso, descartado.`,
    discarded: "O que estava errado no texto descartado:",
    does_not_hold: (model) => `O que ${model} escreveu não diz o que dizem os resultados e, por isso, foi descartado.`,
    far_longer: "Ele é bem mais longo do que os resultados juntos.",
    far_shorter: "Ele é bem mais curto do que os resultados juntos.",
    invented: (claims) => `Isto não está nos resultados: ${claims}`,
    model_failed: (why) => `Nenhum modelo pôde reuni-los. ${why}`,
    other_language: (spoken, wanted) => `A resposta está em ${spoken}, e a tarefa, em ${wanted}.`,
    result_missing: (titles) => `Estes resultados não estão nele: ${titles}.`,
    too_long: "Ele é longo demais para ser comparado com os resultados.",
    too_long_for_models: "Eles são longos demais para os modelos disponíveis.",
    unmarked: (titles) => `O texto não tem marca para estes resultados, que estão listados no fim dele: ${titles}.`,
  },
);
