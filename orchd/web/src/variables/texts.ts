import { defineTexts } from "$/text/language.svelte";

export const texts = defineTexts(
  {
    required: "This has to be filled in.",
    not_number: "This isn't a number.",
    nothing: "(nothing)",
    yes: "Yes",
    no: "No",
  },
  {
    required: "É preciso preencher.",
    not_number: "Isto não é um número.",
    nothing: "(nada)",
    yes: "Sim",
    no: "Não",
  },
);
