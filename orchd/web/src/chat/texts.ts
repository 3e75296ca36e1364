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
    gone: "This conversation isn't there",
    gone_text: "It was deleted, or you may not see it any more.",
    readonly: "You can read this conversation, but not write in it.",
    only_read: "Conversations to read",
    only_read_text: "What others share with you is in the list. You can ask nothing yourself.",
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
    gone: "Esta conversa não existe",
    gone_text: "Foi excluída, ou você não pode mais vê-la.",
    readonly: "Você pode ler esta conversa, mas não escrever nela.",
    only_read: "Conversas para ler",
    only_read_text: "O que outros compartilham com você está na lista. Você mesmo não pode perguntar nada.",
  },
);
