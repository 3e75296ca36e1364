import { defineTexts } from "$/text/language.svelte";

export const texts = defineTexts(
  {
    conversations: "Conversations",
    new_chat: "New chat",
    untitled: "New conversation",
    messages: "Messages",
    you: "You",
    none_left_title: "Nothing is left here.",
    none_left_text: "Ask again below, or have back what was deleted.",
    to_end: "To the end",
  },
  {
    conversations: "Conversas",
    new_chat: "Nova conversa",
    untitled: "Nova conversa",
    messages: "Mensagens",
    you: "Você",
    none_left_title: "Não sobrou nada aqui.",
    none_left_text: "Pergunte de novo abaixo ou recupere o que foi excluído.",
    to_end: "Ir para o fim",
  },
);
