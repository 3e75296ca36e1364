"""Whether a conversation is to have a title by a model, as steps of a transaction."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from orchd.entity import Belonging, Owner
from orchd.features import conversation as conversations
from orchd.features.setting import Setting, value_for
from orchd.storage import Steps

TitleMaker: TypeAlias = Annotated[Literal["model", "words"], Meta(title="TitleMaker")]

TITLES: Setting[TitleMaker] = Setting(
    "chat.titles",
    TitleMaker,
    "model",
    "What new conversations are called until somebody gives them a title: `words`, the first ones of the question;"
    " `model`, what the model that answered calls them, when it has nothing else to do. That counts as a request.",
)


def is_wanted(conversation_id: int, whose: Belonging, first_words: str) -> Steps[bool]:
    """Return whether a conversation is called by the first words of its question, and may be called otherwise."""
    row = yield from conversations.find_seen(Owner(whose.user_id), conversation_id)
    if row is None or not row.auto_title or row.title != first_words:
        return False
    return (yield from value_for(TITLES, row.user_id)) == "model"
