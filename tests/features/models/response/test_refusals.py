import pytest

from orchd.features.models.response.refusals import is_refusal

QUESTION = "Describe how the bridge was built, in three sentences."


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't help with that.",
        "I\u2019m sorry, but I can\u2019t assist with that request.",
        "I cannot assist with that.",
        "Sorry, I can't help you with this.",
        "Sorry, can't help with that.",
        "I am unable to provide that information.",
        "I'm not able to fulfill this request. If you have any other questions, feel free to ask!",
        "I can't do that.",
        "I won't write this. It goes against my guidelines.",
        "I must decline to answer.",
        "I'd rather not answer.",
        "I don't feel comfortable writing about that.",
        "I have to decline this request.",
        "As an AI language model, I cannot write about bridges.",
        "As an AI, I don't have access to real-time data.",
        "Unfortunately, I can't generate that content.",
        "I apologize, but I cannot create such content. Let me know if I can help with something else.",
        "I'm sorry, but I can't help with that, but I can help with something else.",
        "I'm sorry. I can't access external links.",
        "**I'm sorry, I can't assist with that.**",
        "I can't provide instructions for that. Is there anything else I can help you with?",
        "Desculpe, mas não posso ajudar com isso.",
        "Desculpa, não consigo ajudar com isso.",
        "Lamento, mas não posso fornecer essa informação.",
        "Sinto muito, mas não posso atender a esse pedido. Posso ajudar com outra coisa?",
        "Não posso ajudá-lo com isso.",
        "Infelizmente, não consigo responder a isso.",
        "Como modelo de linguagem, não tenho opiniões.",
        "Não posso fazer isso. Se precisar de outra coisa, estou à disposição.",
        "Lo siento, pero no puedo ayudarte con eso.",
        "Je suis désolé, mais je ne peux pas vous aider.",
        "Es tut mir leid, aber dabei kann ich nicht helfen.",
    ],
)
def test_what_only_refuses(text: str) -> None:
    assert is_refusal(text, QUESTION)
    assert is_refusal(text, None)


@pytest.mark.parametrize(
    "text",
    [
        "No.",
        "I don't know.",
        "Não sei.",
        "The sources don't say who painted it.",
        "I can't tell from the text who painted it.",
        "I cannot answer this from the document: it names no painter.",
        "Não consigo responder com base no texto.",
        "I can't help but notice that the poem is about loss.",
        "I cannot help it.",
        "I can't give an exact number, but most estimates lie around forty.",
        "I can't help with the first part. The second one is 42.",
        "I can't provide medical advice, but ibuprofen is usually taken with food.",
        "I'm sorry, but I can't attend on Friday.",
        "I'm sorry for your loss. Your father was a kind man, and we shall miss him.",
        '"I can\'t help you with that," she said.',
        "“I'm sorry, I can't help with that.”",
        "A refusal often reads: I'm sorry, but I can't help with that.",
        "Models say \"I'm sorry, but I can't assist with that\" when they refuse.",
        "He said that he could not help with that.",
        "I couldn't open the door.",
        "I can't open the door because the key is lost.",
        "Sorry",
        "Unfortunately, the bridge was closed in 1990.",
        "Infelizmente, a ponte fechou.",
        "Não posso ir à festa.",
        "Não é possível dividir por zero.",
        "As an AI researcher, I wrote three papers.",
        "I can't recommend one over the other: both are fast, and the second is cheaper.",
    ],
)
def test_what_is_an_answer(text: str) -> None:
    assert not is_refusal(text, QUESTION)
    assert not is_refusal(text, None)


@pytest.mark.parametrize(
    "prompt",
    [
        'Translate to English: "Desculpe, não posso ajudar com isso."',
        "Write a polite refusal.",
        "How do you say that in English?",
        "Traduz para inglês.",
        "Reply to this customer.",
        "Paraphrase the sentence.",
    ],
)
def test_a_refusal_that_was_asked_for_is_an_answer(prompt: str) -> None:
    assert not is_refusal("I'm sorry, but I can't help with that.", prompt)


def test_a_long_text_is_more_than_a_refusal() -> None:
    assert not is_refusal("I'm sorry, but I can't help with that. " * 50, QUESTION)
