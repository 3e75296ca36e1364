import { defineTexts } from "$/text/language.svelte";

export const texts = defineTexts(
  {
    code: "Code",
    copy: "Copy",
    copy_code: "Copy code",
    copied: "Copied",
    note: "Note",
    tip: "Tip",
    important: "Important",
    warning: "Warning",
    caution: "Caution",
    done: "Done",
    to_do: "To do",
    back_to_text: (label: string) => `Back to where footnote ${label} belongs`,
  },
  {
    code: "Código",
    copy: "Copiar",
    copy_code: "Copiar código",
    copied: "Copiado",
    note: "Nota",
    tip: "Dica",
    important: "Importante",
    warning: "Aviso",
    caution: "Cuidado",
    done: "Feito",
    to_do: "A fazer",
    back_to_text: (label) => `Voltar ao texto da nota ${label}`,
  },
);
