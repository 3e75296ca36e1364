import { defineTexts } from "$/text/language.svelte";

export const texts = defineTexts(
  {
    kinds: "Kinds",
    assistants: {
      title: "Assistants",
      new: "New assistant",
      about: "A model with a part to play: what it is told first, and who steps in when it is away.",
    },
    prompts: {
      title: "Prompts",
      new: "New prompt",
      about: "Questions that are kept to be asked again, with versions.",
    },
    templates: {
      title: "Templates",
      new: "New template",
      about: "Texts with places in them, which are filled in before they are sent.",
    },
    instructions: {
      title: "Instructions",
      new: "New instruction",
      about: "What models are told with every question, without your writing it again.",
    },
    knowledge: {
      title: "Knowledge",
      new: "New knowledge",
      about: "Texts that you collect to find and use them again. Models aren't shown them yet.",
    },
    workflows: {
      title: "Workflows",
      new: "New workflow",
      about: "What is to be done in which order, as a checked list of steps. They are kept; running them comes later.",
    },
    files: { title: "Files", new: "New file", about: "What you have uploaded, for questions in the chat." },
    projects: {
      title: "Projects",
      new: "New project",
      about: "What people share: whatever is put into a project is seen by its members.",
    },
    teams: { title: "Teams", new: "New team", about: "People who can be members of projects together." },
    accounts: {
      title: "Accounts",
      new: "New account",
      about: "What you have at services that want money: prices, limits, and what was spent.",
    },
    credentials: {
      title: "Credentials",
      new: "New credential",
      about: "Keys for other services. They are sealed, and no page shows them again.",
    },
    providers: {
      title: "Model servers",
      new: "New model server",
      about: "Where models run. A server is asked whether it answers before it is stored.",
    },
  },
  {
    kinds: "Categorias",
    assistants: {
      title: "Assistentes",
      new: "Novo assistente",
      about: "Um modelo com um papel: o que ele ouve primeiro e quem entra quando ele falta.",
    },
    prompts: {
      title: "Prompts",
      new: "Novo prompt",
      about: "Perguntas guardadas para serem feitas de novo, com versões.",
    },
    templates: {
      title: "Modelos de texto",
      new: "Novo modelo de texto",
      about: "Textos com lacunas, que são preenchidas antes do envio.",
    },
    instructions: {
      title: "Instruções",
      new: "Nova instrução",
      about: "O que os modelos ouvem a cada pergunta, sem que você precise escrever de novo.",
    },
    knowledge: {
      title: "Conhecimento",
      new: "Novo conhecimento",
      about: "Textos que você reúne para achar e usar de novo. Os modelos ainda não os recebem.",
    },
    workflows: {
      title: "Fluxos de trabalho",
      new: "Novo fluxo de trabalho",
      about:
        "O que fazer e em que ordem, como uma lista conferida de passos. Eles ficam guardados; executá-los vem depois.",
    },
    files: { title: "Arquivos", new: "Novo arquivo", about: "O que você enviou, para as perguntas na conversa." },
    projects: {
      title: "Projetos",
      new: "Novo projeto",
      about: "O que as pessoas compartilham: os membros de um projeto veem tudo o que está nele.",
    },
    teams: { title: "Equipes", new: "Nova equipe", about: "Pessoas que podem entrar juntas em projetos." },
    accounts: {
      title: "Contas",
      new: "Nova conta",
      about: "O que você tem em serviços pagos: preços, limites e o que foi gasto.",
    },
    credentials: {
      title: "Credenciais",
      new: "Nova credencial",
      about: "Chaves de outros serviços. Elas são lacradas, e nenhuma página as mostra de novo.",
    },
    providers: {
      title: "Servidores de modelos",
      new: "Novo servidor de modelos",
      about: "Onde os modelos rodam. Antes de ser guardado, um servidor precisa responder.",
    },
  },
);

/** The words of a kind, by where its list is. */
export function kindTexts(slug: string): { title: string; new: string; about: string } {
  const known = texts() as unknown as Readonly<Record<string, { title: string; new: string; about: string }>>;
  return known[slug] ?? { title: slug, new: slug, about: "" };
}
