/** What a hit of a search is, by the daemon's name for its kind. */

import { defineTexts } from "$/text/language.svelte";

export const texts = defineTexts(
  {
    kinds: {
      account: "Account",
      assistant: "Assistant",
      conversation: "Conversation",
      file: "File",
      instruction: "Instruction",
      knowledge: "Knowledge",
      "knowledge:source": "Source of knowledge",
      message: "Message",
      project: "Project",
      prompt: "Prompt",
      provider: "Model server",
      task: "Task",
      team: "Team",
      template: "Template",
      workflow: "Workflow",
    },
  },
  {
    kinds: {
      account: "Conta em um serviço",
      assistant: "Assistente",
      conversation: "Conversa",
      file: "Arquivo",
      instruction: "Instrução",
      knowledge: "Conhecimento",
      "knowledge:source": "Fonte de conhecimento",
      message: "Mensagem",
      project: "Projeto",
      prompt: "Prompt",
      provider: "Servidor de modelos",
      task: "Tarefa",
      team: "Equipe",
      template: "Template",
      workflow: "Fluxo de trabalho",
    },
  },
);
