import { defineTexts } from "$/text/language.svelte";

/** What is worth knowing of a model server though it is well: a sentence for each code of the protocol. */
export const texts = defineTexts(
  {
    files_left_out: (files: string) => `Files that can't be offered: ${files}.`,
    more_files: (count: string) => `${count} more`,
    list_cut: (count: string, limit: string) => `It lists ${count} models; the first ${limit} are known here.`,
    list_shown_in_part: (count: string, limit: string) =>
      `It lists ${count} models; the first ${limit} are shown, and the others can be asked for by name.`,
    list_too_long: "Its list of models is too long to be read; those that the settings name are offered.",
    names_too_long: (count: string, limit: string) =>
      `Models whose names have more than ${limit} characters are left out: ${count}. Give them a shorter name at the server (llama.cpp: --alias).`,
    no_list: (status: string) => `It has no list of models (HTTP ${status}); those that the settings name are offered.`,
  },
  {
    files_left_out: (files) => `Arquivos que não podem ser oferecidos: ${files}.`,
    more_files: (count) => `mais ${count}`,
    list_cut: (count, limit) => `Ele lista ${count} modelos; aqui são conhecidos os primeiros ${limit}.`,
    list_shown_in_part: (count, limit) =>
      `Ele lista ${count} modelos; são mostrados os primeiros ${limit}, e os outros podem ser pedidos pelo nome.`,
    list_too_long:
      "A lista de modelos dele é longa demais para ser lida; são oferecidos os que as configurações citam.",
    names_too_long: (count, limit) =>
      `Modelos cujos nomes têm mais de ${limit} caracteres ficam de fora: ${count}. Dê a eles um nome mais curto no servidor (llama.cpp: --alias).`,
    no_list: (status) =>
      `Ele não tem uma lista de modelos (HTTP ${status}); são oferecidos os que as configurações citam.`,
  },
);
