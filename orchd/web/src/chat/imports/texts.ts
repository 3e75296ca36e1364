import { defineTexts } from "$/text/language.svelte";

export const texts = defineTexts(
  {
    title: "Import conversations",
    about:
      "The JSON export of orchd, ChatGPT (conversations.json of its zip file), Open WebUI or LibreChat. What is here already is skipped.",
    file: "File",
    project: "Project",
    no_project: "None: only you see them",
    start: "Import",
    stop: "Stop",
    sending: (share: string) => `${share} of the file is sent`,
    working: (imported: string) => `${imported} imported so far`,
    imported: (count: string) => `${count} imported`,
    skipped: (count: string) => `${count} skipped`,
    failed: (count: string) => `${count} failed`,
    messages: (count: string) => `${count} messages`,
    interrupted: "It was interrupted. What was imported stays; sent again, it goes on from there.",
    report: "What was not imported",
    place: (place: string) => `No. ${place}`,
    more: "Show more",
  },
  {
    title: "Importar conversas",
    about:
      "A exportação JSON do orchd, do ChatGPT (conversations.json do arquivo zip), do Open WebUI ou do LibreChat. O que já está aqui é ignorado.",
    file: "Arquivo",
    project: "Projeto",
    no_project: "Nenhum: só você as vê",
    start: "Importar",
    stop: "Parar",
    sending: (share) => `${share} do arquivo enviado`,
    working: (imported) => `${imported} importadas até agora`,
    imported: (count) => `${count} importadas`,
    skipped: (count) => `${count} ignoradas`,
    failed: (count) => `${count} com falha`,
    messages: (count) => `${count} mensagens`,
    interrupted: "A importação foi interrompida. O que entrou fica; enviado de novo, o arquivo continua dali.",
    report: "O que não foi importado",
    place: (place) => `Nº ${place}`,
    more: "Mostrar mais",
  },
);
