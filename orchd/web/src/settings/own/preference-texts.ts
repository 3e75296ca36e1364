import { defineTexts } from "$/text/language.svelte";

/** What people can set, by its name, and the values that are words. */
export const texts = defineTexts(
  {
    "chat.titles": "What new conversations are called",
    language: "Language of other programs",
    "notifications.kinds": "What you are told of",
    "notifications.webhook.url": "Address of a webhook",
    "notifications.webhook.kinds": "What the webhook is told of",
    "notifications.ntfy.url": "Address of an ntfy topic",
    "notifications.ntfy.kinds": "What the topic is told of",
    "notifications.email.address": "E-mail address",
    "notifications.email.kinds": "What you are sent e-mails about",
    model: "A title that the model gives them",
    words: "The first words of their question",
    access: "An administrator was let at something of mine",
    account: "An account has reached its amount",
    approval: "A task asks for my approval",
    backend_down: "A model server is away",
    backup_failed: "A backup has failed",
    quota: "My quota is used up",
    task_completed: "A task is completed",
    task_failed: "A task has failed",
    task_waiting: "A task waits, since its budget is used up",
  },
  {
    "chat.titles": "Como se chamam as novas conversas",
    language: "Idioma de outros programas",
    "notifications.kinds": "O que você fica sabendo",
    "notifications.webhook.url": "Endereço de um webhook",
    "notifications.webhook.kinds": "O que o webhook recebe",
    "notifications.ntfy.url": "Endereço de um tópico do ntfy",
    "notifications.ntfy.kinds": "O que o tópico recebe",
    "notifications.email.address": "Endereço de e-mail",
    "notifications.email.kinds": "O que você recebe por e-mail",
    model: "Um título que o modelo lhes dá",
    words: "As primeiras palavras da pergunta",
    access: "Um administrador teve acesso a algo meu",
    account: "Uma conta em um serviço chegou ao valor de aviso",
    approval: "Uma tarefa pede a minha aprovação",
    backend_down: "Um servidor de modelos está fora do ar",
    backup_failed: "Uma cópia de segurança falhou",
    quota: "A minha cota acabou",
    task_completed: "Uma tarefa foi concluída",
    task_failed: "Uma tarefa falhou",
    task_waiting: "Uma tarefa espera, pois o orçamento acabou",
  },
);

export function preferenceText(name: string): string {
  const known: Readonly<Record<string, string>> = texts();
  return known[name] ?? name;
}
