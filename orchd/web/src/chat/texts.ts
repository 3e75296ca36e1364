import { defineTexts } from "$/text/language.svelte";

export const texts = defineTexts(
  {
    conversations: "Conversations",
    new_chat: "New chat",
    untitled: "New conversation",
    messages: "Messages",
    you: "You",
    load_more: "Show more",
    none_left_title: "Nothing is left here.",
    none_left_text: "Ask again below, or have back what was deleted.",
    no_conversations: "No conversations yet.",
    to_end: "To the end",
  },
  {
    conversations: "Conversas",
    new_chat: "Nova conversa",
    untitled: "Nova conversa",
    messages: "Mensagens",
    you: "Você",
    load_more: "Mostrar mais",
    none_left_title: "Não sobrou nada aqui.",
    none_left_text: "Pergunte de novo abaixo ou recupere o que foi excluído.",
    no_conversations: "Ainda não há conversas.",
    to_end: "Ir para o fim",
  },
);
