import type { ListTexts } from "$/entities/kind";
import { defineTexts } from "$/text/language.svelte";

export const texts = defineTexts(
  {
    kinds: "Kinds",
    assistants: {
      title: "Assistants",
      new: "New assistant",
      about: "A model with a part to play: what it is told first, and who steps in when it is away.",
      none: "No assistants yet",
      first: "Make one, then choose it in a conversation's settings or by / where you write.",
    },
    prompts: {
      title: "Prompts",
      new: "New prompt",
      about: "Questions that are kept to be asked again, with versions.",
      none: "No prompts yet",
      first: "Write one that you ask often; / has it at hand where you write.",
    },
    templates: {
      title: "Templates",
      new: "New template",
      about: "Texts with places in them, which are filled in before they are sent.",
      none: "No templates yet",
      first: "Write one with places such as {{name}}, or import some from a file.",
    },
    instructions: {
      title: "Instructions",
      new: "New instruction",
      about: "What models are told with every question, without your writing it again.",
      none: "No instructions yet",
      first: "Write down what you would tell a model every time.",
    },
    knowledge: {
      title: "Knowledge",
      new: "New knowledge",
      about: "Texts that you collect to find and use them again. Models aren't shown them yet.",
      none: "No knowledge yet",
      first: "Collect a first text; Ctrl+K finds it again by its words.",
    },
    workflows: {
      title: "Workflows",
      new: "New workflow",
      about: "What is to be done in which order, as a checked list of steps. They are kept; running them comes later.",
      none: "No workflows yet",
      first: "Make one of a first step, and add the others as you go.",
    },
    files: {
      title: "Files",
      new: "New file",
      about: "What you have uploaded, for questions in the chat.",
      none: "No files yet",
      first: "Upload some here, or attach them to a question in the chat.",
    },
    projects: {
      title: "Projects",
      new: "New project",
      about: "What people share: whatever is put into a project is seen by its members.",
      none: "No projects yet",
      first: "Make one, add people to it, and put into it what they should see.",
    },
    teams: {
      title: "Teams",
      new: "New team",
      about: "People who can be members of projects together.",
      none: "No teams yet",
      first: "Make one, and a project can be shared with all of its people at once.",
    },
    accounts: {
      title: "Accounts",
      new: "New account",
      about: "What you have at services that want money: prices, limits, and what was spent.",
      none: "No accounts yet",
      first: "Add one with its prices, and it counts what your questions cost.",
    },
    credentials: {
      title: "Credentials",
      new: "New credential",
      about: "Keys for other services. They are sealed, and no page shows them again.",
      none: "No credentials yet",
      first: "Add the key of a service, then give it to an account or a model server.",
    },
    providers: {
      title: "Model servers",
      new: "New model server",
      about: "Where models run. A server is asked whether it answers before it is stored.",
      none: "No model servers yet",
      first: "Add the address of one; its models are then offered to everybody.",
    },
  },
  {
    kinds: "Categorias",
    assistants: {
      title: "Assistentes",
      new: "Novo assistente",
      about: "Um modelo com um papel: o que ele ouve primeiro e quem entra quando ele falta.",
      none: "Ainda não há assistentes",
      first: "Crie um e escolha-o nas configurações de uma conversa, ou com / onde você escreve.",
    },
    prompts: {
      title: "Prompts",
      new: "Novo prompt",
      about: "Perguntas guardadas para serem feitas de novo, com versões.",
      none: "Ainda não há prompts",
      first: "Escreva um que você usa com frequência; com / ele fica à mão onde você escreve.",
    },
    templates: {
      title: "Templates",
      new: "Novo template",
      about: "Textos com lacunas, que são preenchidas antes do envio.",
      none: "Ainda não há templates",
      first: "Escreva um com lacunas como {{nome}}, ou importe alguns de um arquivo.",
    },
    instructions: {
      title: "Instruções",
      new: "Nova instrução",
      about: "O que os modelos ouvem a cada pergunta, sem que você precise escrever de novo.",
      none: "Ainda não há instruções",
      first: "Escreva o que você diria a um modelo todas as vezes.",
    },
    knowledge: {
      title: "Conhecimento",
      new: "Novo conhecimento",
      about: "Textos que você reúne para achar e usar de novo. Os modelos ainda não os recebem.",
      none: "Ainda não há conhecimento",
      first: "Guarde um primeiro texto; Ctrl+K o acha de novo pelas palavras.",
    },
    workflows: {
      title: "Fluxos de trabalho",
      new: "Novo fluxo de trabalho",
      about:
        "O que fazer e em que ordem, como uma lista conferida de passos. Eles ficam guardados; executá-los vem depois.",
      none: "Ainda não há fluxos de trabalho",
      first: "Crie um com o primeiro passo e acrescente os outros depois.",
    },
    files: {
      title: "Arquivos",
      new: "Novo arquivo",
      about: "O que você enviou, para as perguntas na conversa.",
      none: "Ainda não há arquivos",
      first: "Envie alguns aqui, ou anexe-os a uma pergunta na conversa.",
    },
    projects: {
      title: "Projetos",
      new: "Novo projeto",
      about: "O que as pessoas compartilham: os membros de um projeto veem tudo o que está nele.",
      none: "Ainda não há projetos",
      first: "Crie um, chame as pessoas e coloque nele o que elas devem ver.",
    },
    teams: {
      title: "Equipes",
      new: "Nova equipe",
      about: "Pessoas que podem entrar juntas em projetos.",
      none: "Ainda não há equipes",
      first: "Crie uma, e um projeto pode ser compartilhado com todas as pessoas dela de uma vez.",
    },
    accounts: {
      title: "Contas em serviços",
      new: "Nova conta em um serviço",
      about: "O que você tem em serviços pagos: preços, limites e o que foi gasto.",
      none: "Ainda não há contas em serviços",
      first: "Adicione uma com os preços, e ela conta quanto custam as suas perguntas.",
    },
    credentials: {
      title: "Credenciais",
      new: "Nova credencial",
      about: "Chaves de outros serviços. Elas são lacradas, e nenhuma página as mostra de novo.",
      none: "Ainda não há credenciais",
      first: "Adicione a chave de um serviço e use-a numa conta ou num servidor de modelos.",
    },
    providers: {
      title: "Servidores de modelos",
      new: "Novo servidor de modelos",
      about: "Onde os modelos rodam. Antes de ser guardado, um servidor precisa responder.",
      none: "Ainda não há servidores de modelos",
      first: "Adicione o endereço de um; os modelos dele ficam disponíveis para todos.",
    },
  },
);

/** The words of a kind, by where its list is. */
export function kindTexts(slug: string): ListTexts {
  const known = texts() as unknown as Readonly<Record<string, ListTexts>>;
  return known[slug] ?? { title: slug, new: slug, about: "", none: slug, first: "" };
}
