"""Asks a daemon by LangChain's and LlamaIndex's classes, as programs written with them do: `ask.py URL MODEL`.

Run by `scripts/clients.sh`, in an environment of its own.
"""

import sys

from langchain_core.messages import HumanMessage
from langchain_core.tools import tool
from langchain_ollama import ChatOllama, OllamaEmbeddings
from langchain_openai import ChatOpenAI
from llama_index.core.llms import ChatMessage
from llama_index.llms.ollama import Ollama
from llama_index.llms.openai_like import OpenAILike
from pydantic import BaseModel


class City(BaseModel):
    """A city."""

    name: str
    inhabitants: int


@tool
def weather(city: str) -> str:
    """Tell the weather."""
    return f"sun in {city}"


def use_langchain(model: ChatOpenAI | ChatOllama, name: str) -> None:
    """Whole, streamed, with tools, and as a value of a type."""
    answer = model.invoke([HumanMessage("hello [[simulate: tokens=8]]")])
    assert answer.content, answer
    assert answer.usage_metadata is not None, answer
    assert answer.usage_metadata["output_tokens"] == 8, answer
    assert "".join(str(piece.content) for piece in model.stream("hello [[simulate: tokens=8]]")), "nothing was streamed"
    called = model.bind_tools([weather]).invoke("What is the weather in Lisbon? [[simulate: calls=1]]")
    assert [call["name"] for call in called.tool_calls] == ["weather"], called
    assert isinstance(model.with_structured_output(City, method="json_schema").invoke("Lisbon"), City)
    sys.stdout.write(f"clients: {name}: whole, streamed, tools, types\n")


def use_llama_index(model: OpenAILike | Ollama, name: str) -> None:
    """Whole and streamed."""
    asked = [ChatMessage(role="user", content="hello [[simulate: tokens=8]]")]
    assert model.chat(asked).message.content
    assert [piece.delta for piece in model.stream_chat(asked) if piece.delta]
    assert model.complete("hello [[simulate: tokens=8]]").text
    sys.stdout.write(f"clients: {name}: whole, streamed, completed\n")


def main(url: str, model: str, embedding: str) -> None:
    use_langchain(ChatOpenAI(base_url=f"{url}/v1", api_key="none", model=model), "langchain-openai")
    use_langchain(ChatOllama(base_url=url, model=model), "langchain-ollama")
    vectors = OllamaEmbeddings(base_url=url, model=embedding).embed_documents(["one", "two"])
    assert len(vectors) == 2
    assert all(vectors)
    own = OpenAILike(api_base=f"{url}/v1", api_key="none", model=model, is_chat_model=True)
    use_llama_index(own, "llama-index-llms-openai-like")
    use_llama_index(Ollama(base_url=url, model=model), "llama-index-llms-ollama")


if __name__ == "__main__":
    main(*sys.argv[1:])
