"""Whether a conversation is to have a title by a model, and giving it, as steps of a transaction."""

from typing import Annotated, Literal, NamedTuple, TypeAlias

from msgspec import Meta

from orchd.entity import Belonging, Owner
from orchd.features import conversation as conversations
from orchd.features.chat.queries import find_any
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


class TitlePlace(NamedTuple):
    """A conversation that may get a title: whose it is, by which first words it is called, and the answer that the
    title is made of, with its question."""

    conversation_id: int
    whose: Belonging
    first_words: str
    answer_id: int


def is_wanted(place: TitlePlace) -> Steps[bool]:
    """Return whether a conversation is called by the first words of its question, and may be called otherwise: not by
    what was removed. With a question its answer is removed, too."""
    row = yield from conversations.find_seen(Owner(place.whose.user_id), place.conversation_id)
    if row is None or not row.auto_title or row.title != place.first_words:
        return False
    if (yield from find_any(place.answer_id)) is None:
        return False
    return (yield from value_for(TITLES, row.user_id)) == "model"


def give_title(place: TitlePlace, title: str, now: int) -> Steps[None]:
    """Call a conversation by a title, if it is still wanted; the last thing that a transaction does."""
    if (yield from is_wanted(place)):
        yield from conversations.replace_title(place.conversation_id, place.whose, place.first_words, title, now)
