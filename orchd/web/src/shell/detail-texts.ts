import { defineTexts } from "$/text/language.svelte";

/** What else there is to say of a notification, by its kind. */
export const texts = defineTexts(
  {
    questions: {
      plan: "May the plan be run?",
      step: "May this step be begun?",
      result: "Does its result stand?",
      dependency: "Does it go on without a task that it depends on?",
    },
    quota: (when: string) => `It can be used again from ${when} on.`,
    spent: (spent: string, month: string, limit: string) => `${spent} in ${month}, of ${limit}.`,
    rows: {
      task: (row: string, when: string) => `Task ${row}, until ${when}.`,
      conversation: (row: string, when: string) => `Conversation ${row}, until ${when}.`,
    },
    opened: "It has been read.",
    note: (note: string) => `“${note}”`,
  },
  {
    questions: {
      plan: "O plano pode ser executado?",
      step: "Este passo pode começar?",
      result: "O resultado vale?",
      dependency: "Ela continua sem uma tarefa da qual depende?",
    },
    quota: (when) => `Ela volta a valer em ${when}.`,
    spent: (spent, month, limit) => `${spent} em ${month}, de ${limit}.`,
    rows: {
      task: (row, when) => `Tarefa ${row}, até ${when}.`,
      conversation: (row, when) => `Conversa ${row}, até ${when}.`,
    },
    opened: "Já foi lida.",
    note: (note) => `“${note}”`,
  },
);
