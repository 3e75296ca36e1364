import { defineTexts } from "$/text/language.svelte";

/** What a notification says in one line, by its kind and the name of what it is about. */
export const texts = defineTexts(
  {
    kinds: {
      access: (name: string) => `The administrator ${name} was let at something of yours.`,
      account: (name: string) => `The account “${name}” has spent its threshold.`,
      approval: (name: string) => `“${name}” needs your word.`,
      backend_down: (name: string) => `The model server “${name}” is away.`,
      backup_failed: () => "A scheduled backup has failed. The log of the daemon says why.",
      quota: () => "A quota is used up.",
      task_completed: (name: string) => `“${name}” is completed.`,
      task_failed: (name: string) => `“${name}” has failed.`,
      task_waiting: (name: string) => `“${name}” waits for you.`,
    },
  },
  {
    kinds: {
      access: (name) => `O administrador ${name} teve acesso a algo seu.`,
      account: (name) => `A conta “${name}” chegou ao valor de aviso.`,
      approval: (name) => `“${name}” precisa da sua decisão.`,
      backend_down: (name) => `O servidor de modelos “${name}” está fora do ar.`,
      backup_failed: () => "Uma cópia de segurança programada falhou. O log do serviço diz por quê.",
      quota: () => "Uma cota acabou.",
      task_completed: (name) => `“${name}” foi concluída.`,
      task_failed: (name) => `“${name}” falhou.`,
      task_waiting: (name) => `“${name}” espera por você.`,
    },
  },
);
