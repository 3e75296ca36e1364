import { defineTexts } from "$/text/language.svelte";

/** What a check has to say: a sentence for each code of the protocol. */
export const texts = defineTexts(
  {
    answer_too_long: "The answer is too long for its claims to be looked at one by one.",
    answered: (quote: string) => `It answered ${quote}.`,
    approved_none: (model: string, total: string) =>
      `The approval of ${model} verifies nothing: in its trial as a judge it approved none of ${total} right results.`,
    approved_wrong: (model: string, count: string, total: string) =>
      `The approval of ${model} verifies nothing: in its trial as a judge it approved ${count} of ${total} wrong results.`,
    author_away: "Its author is not there to be asked again.",
    author_failed: (why: string) => `Its author could not be asked again. ${why}`,
    checker_failed: (model: string, why: string) => `${model} gave no further opinions on the claims. ${why}`,
    checker_unfit: (model: string) =>
      `${model} was not asked about the claims: it can't tell what a text bears out from what is made up.`,
    checkers_late: (time: string) =>
      `Second opinions on the claims took more than ${time}; the rest were not asked for.`,
    claim_contradicted: (claim: string, note: string) => `${claim} is contradicted. ${note}`,
    claims_contradict: (claim: string, other: string, note: string) =>
      `${claim} and ${other} contradict each other. ${note}`,
    claims_left_out: (limit: string) => `Only its first ${limit} claims were looked at.`,
    criteria: {
      complete: "complete",
      correct: "correct",
      requirements: "as required",
      quality: "good enough",
    },
    criteria_despite_approval: (criteria: string) => `The judge approved what it calls not ${criteria}.`,
    criterion: (criteria: string, note: string) => `Not ${criteria}. ${note}`,
    disowned: "The judge doubts most of the claims one by one, whatever it says of the whole.",
    disputed: "A model calls supported what the sources contradict.",
    disputed_by_checker: (claim: string, passage: string) =>
      `A model made for checking calls ${claim} supported, but the sources say something else${passage}.`,
    disputed_by_judge: (claim: string, passage: string) =>
      `The judge calls ${claim} supported, but the sources say something else${passage}.`,
    passage: (quote: string, source: string) => `: ${quote} (${source})`,
    ends_repeating: (quote: string) => `It ends by repeating ${quote}.`,
    entailed: "How far the claim follows from the text.",
    examination_failed: (model: string, why: string) => `${model} could not look for contradictions. ${why}`,
    examination_unreadable: (model: string, why: string) =>
      `What ${model} said of the claims can't be relied on. ${why}`,
    faults_despite_approval: "The judge approved it, and lists what is wrong or missing all the same.",
    flagged: "What was found speaks against it: the points that are left are too few for this kind of work.",
    inconsistent: (times: string) => `Asked again (${times}×), its author said other things.`,
    judge_failed: (model: string, why: string) => `${model} could not be asked. ${why}`,
    judge_shown_part: (limit: string) => `The judge was shown the first ${limit} claims only.`,
    language_unread_answer: (language: string) =>
      `The answer seems to be in ${language}. Only English and Portuguese are read, so what it denies, and numbers in words, may go unseen.`,
    language_unread: (source: string, language: string) =>
      `The source ${source} seems to be in ${language}. Only English and Portuguese are read, so what it denies, and numbers in words, may go unseen.`,
    languages_differ: (source: string, language: string, answer: string) =>
      `The answer is in ${answer} and the source ${source} in ${language}. Words are not translated, so what stands there may not be found.`,
    missing: (quote: string) => `Missing: ${quote}`,
    no_model: "No model is there to judge it.",
    nobody_else: "No model but its author is there to look for contradictions.",
    not_borne_out: (claim: string) => `Not borne out: ${claim}`,
    only_author: "Only a model that may have written it was there to check it.",
    out_of_scope: (note: string) => `It misses the question. ${note}`,
    refused_few: (model: string, count: string, total: string) =>
      `The approval of ${model} verifies nothing: in its trial as a judge it refused only ${count} of ${total} wrong results.`,
    repeats: (times: string, quote: string) => `It says ${times} times: ${quote}`,
    sample_failed: (why: string) => `Another answer of its author could not be looked at. ${why}`,
    score_despite_refusal: (score: string) => `The judge did not approve it, but gave it ${score} of 100.`,
    score_too_low: (score: string) => `The judge approved it, but gave it ${score} of 100.`,
    score_of_ten: (score: string) =>
      `The judge approved it, but gave it ${score} of 100, or of 10, which nobody can know.`,
    sources_left_out: "Some sources were left out: together they are too long.",
    sources_unread: (what: string) => `Not shown to a judge, whose context is too small for everything: ${what}.`,
    passages: (source: string, places: string) => `characters ${places} of ${source}`,
    more_passages: (count: string) => `${count} more passages`,
    more_sources: (count: string) => `${count} more sources`,
    texts_alone: "That comes from comparing its words with the sources; no model has confirmed it.",
    topical: "How well the text goes with the claim.",
    unread: "Some claims are still open, and the sources could not all be shown to a judge.",
    unsettled: "No model could settle it; a person must decide.",
    unsupported: (count: string, total: string, claim: string) =>
      `Of ${total} claims, ${count} have no support in the sources, least of all: ${claim}`,
    unsupported_refuted: (count: string, total: string, refuted: string, claim: string) =>
      `Of ${total} claims, ${count} have no support in the sources (${refuted} contradicted), least of all: ${claim}`,
    untried: (model: string, why: string) =>
      `The approval of ${model} verifies nothing: it could not be tried as a judge. ${why}`,
    verdict_unreadable: (model: string, why: string) => `The verdict of ${model} can't be relied on. ${why}`,
    wrong: (quote: string) => `Wrong: ${quote}`,
    somebody: "The judge",
  },
  {
    answer_too_long: "A resposta é longa demais para que as afirmações dela sejam examinadas uma a uma.",
    answered: (quote) => `Ele respondeu ${quote}.`,
    approved_none: (model, total) =>
      `A aprovação de ${model} não verifica nada: no teste como juiz, ele não aprovou nenhum de ${total} resultados certos.`,
    approved_wrong: (model, count, total) =>
      `A aprovação de ${model} não verifica nada: no teste como juiz, ele aprovou ${count} de ${total} resultados errados.`,
    author_away: "O modelo que a escreveu não está disponível para responder de novo.",
    author_failed: (why) => `Não foi possível perguntar de novo a quem a escreveu. ${why}`,
    checker_failed: (model, why) => `${model} não deu mais opiniões sobre as afirmações. ${why}`,
    checker_unfit: (model) =>
      `${model} não foi consultado sobre as afirmações: ele não distingue o que um texto confirma do que é inventado.`,
    checkers_late: (time) =>
      `As segundas opiniões sobre as afirmações levaram mais de ${time}; as demais ficaram de fora.`,
    claim_contradicted: (claim, note) => `${claim} é contradita. ${note}`,
    claims_contradict: (claim, other, note) => `${claim} e ${other} se contradizem. ${note}`,
    claims_left_out: (limit) => `Só as primeiras ${limit} afirmações foram examinadas.`,
    criteria: {
      complete: "completa",
      correct: "correta",
      requirements: "conforme o pedido",
      quality: "boa o bastante",
    },
    criteria_despite_approval: (criteria) => `O juiz aprovou algo que, segundo ele mesmo, não está ${criteria}.`,
    criterion: (criteria, note) => `Não está ${criteria}. ${note}`,
    disowned: "O juiz duvida da maioria das afirmações, uma a uma, apesar do que diz do conjunto.",
    disputed: "Um modelo dá por confirmado o que as fontes contradizem.",
    disputed_by_checker: (claim, passage) =>
      `Um modelo feito para verificar dá ${claim} por confirmada, mas as fontes dizem outra coisa${passage}.`,
    disputed_by_judge: (claim, passage) =>
      `O juiz dá ${claim} por confirmada, mas as fontes dizem outra coisa${passage}.`,
    passage: (quote, source) => `: ${quote} (${source})`,
    ends_repeating: (quote) => `Ela termina repetindo ${quote}.`,
    entailed: "Até que ponto a afirmação decorre do texto.",
    examination_failed: (model, why) => `${model} não pôde procurar contradições. ${why}`,
    examination_unreadable: (model, why) => `O que ${model} disse das afirmações não é confiável. ${why}`,
    faults_despite_approval: "O juiz a aprovou, mas mesmo assim lista erros ou lacunas.",
    flagged: "O que se encontrou pesa contra ela: os pontos que restam são poucos para este tipo de trabalho.",
    inconsistent: (times) => `Ao ser consultado de novo (${times}×), o modelo que a escreveu disse outras coisas.`,
    judge_failed: (model, why) => `${model} não pôde ser consultado. ${why}`,
    judge_shown_part: (limit) => `O juiz recebeu só as primeiras ${limit} afirmações.`,
    language_unread_answer: (language) =>
      `A resposta parece estar em ${language}. Só inglês e português são lidos; negações e números por extenso podem passar despercebidos.`,
    language_unread: (source, language) =>
      `A fonte ${source} parece estar em ${language}. Só inglês e português são lidos; negações e números por extenso podem passar despercebidos.`,
    languages_differ: (source, language, answer) =>
      `A resposta está em ${answer} e a fonte ${source}, em ${language}. As palavras não são traduzidas; o que está lá pode não ser encontrado.`,
    missing: (quote) => `Falta: ${quote}`,
    no_model: "Nenhum modelo está disponível para julgá-la.",
    nobody_else: "Só o modelo que a escreveu está disponível; ninguém procurou contradições.",
    not_borne_out: (claim) => `Sem confirmação: ${claim}`,
    only_author: "Só um modelo que pode tê-la escrito estava disponível para conferi-la.",
    out_of_scope: (note) => `Ela não responde à pergunta. ${note}`,
    refused_few: (model, count, total) =>
      `A aprovação de ${model} não verifica nada: no teste como juiz, ele recusou só ${count} de ${total} resultados errados.`,
    repeats: (times, quote) => `Ela diz ${times} vezes: ${quote}`,
    sample_failed: (why) => `Outra resposta do mesmo modelo não pôde ser examinada. ${why}`,
    score_despite_refusal: (score) => `O juiz não a aprovou, mas deu nota ${score} de 100.`,
    score_too_low: (score) => `O juiz a aprovou, mas deu nota ${score} de 100.`,
    score_of_ten: (score) => `O juiz a aprovou, mas deu nota ${score} de 100, ou de 10, o que ninguém pode saber.`,
    sources_left_out: "Algumas fontes ficaram de fora: juntas, são longas demais.",
    sources_unread: (what) => `Não foi mostrado a nenhum juiz, cujo contexto é pequeno demais para tudo: ${what}.`,
    passages: (source, places) => `caracteres ${places} de ${source}`,
    more_passages: (count) => `mais ${count} trechos`,
    more_sources: (count) => `mais ${count} fontes`,
    texts_alone: "Isso vem da comparação das palavras dela com as fontes; nenhum modelo o confirmou.",
    topical: "Quanto o texto combina com a afirmação.",
    unread: "Algumas afirmações continuam em aberto, e nem todas as fontes puderam ser mostradas a um juiz.",
    unsettled: "Nenhum modelo conseguiu decidir; uma pessoa precisa fazê-lo.",
    unsupported: (count, total, claim) =>
      `De ${total} afirmações, ${count} não têm apoio nas fontes; a que menos tem: ${claim}`,
    unsupported_refuted: (count, total, refuted, claim) =>
      `De ${total} afirmações, ${count} não têm apoio nas fontes (${refuted} contraditas); a que menos tem: ${claim}`,
    untried: (model, why) => `A aprovação de ${model} não verifica nada: ele não pôde ser testado como juiz. ${why}`,
    verdict_unreadable: (model, why) => `O veredito de ${model} não é confiável. ${why}`,
    wrong: (quote) => `Errado: ${quote}`,
    somebody: "O juiz",
  },
);
