"""SQL of the tables `prompt` and `prompt_version`."""

from orchd.entity import OwnedTable, Owner, SortOrder, Table
from orchd.errors import NotFound
from orchd.features.workspace.texts.prompt import PROMPT, PromptItem, PromptVersion
from orchd.protocol.page import MAX_REPLY_BYTES
from orchd.protocol.types import timestamp
from orchd.storage import Statement, Steps

VERSIONS = OwnedTable(
    Table("prompt_version", PromptVersion, "version of the prompt", long=("text", "variables")),
    PROMPT.rows,
    "prompt_id",
)
MAX_VERSIONS = 100
"""Of one prompt; for one more the oldest goes."""
LATEST_FIRST = SortOrder(("number", "id"), down=True)


def keep_version(old: PromptItem, now: int) -> Steps[None]:
    """Store the text that a prompt had until now. For a prompt that was found under an owner."""
    found = yield Statement("SELECT MAX(number) FROM prompt_version WHERE prompt_id = ?", (old.id,))
    number = 1 + int(found.rows[0][0] or 0)
    version = PromptVersion(
        id=0,
        prompt_id=old.id,
        number=number,
        text=old.text,
        variables=old.variables,
        changelog=old.changelog,
        replaced_at=timestamp(now),
    )
    yield from VERSIONS.everybodys.insert(version, now)
    yield Statement("DELETE FROM prompt_version WHERE prompt_id = ? AND number <= ?", (old.id, number - MAX_VERSIONS))


def versions(owner: Owner, prompt_id: int, limit: int, before: int | None) -> Steps[list[PromptVersion]]:
    """Return up to `limit` versions, the latest first, below the number `before`. Raises `NotFound`."""
    yield from PROMPT.rows.seen_by(owner).get(prompt_id)
    after = None if before is None else (before, 0)
    own = VERSIONS.seen_by(owner)
    return (yield from own.page(limit, after, LATEST_FIRST, MAX_REPLY_BYTES, prompt_id=prompt_id))


def get_version(owner: Owner, prompt_id: int, number: int, field: str) -> Steps[PromptVersion]:
    """Return a version of a prompt that somebody sees. Raises `NotFound`, which names the member `field`."""
    found = yield from VERSIONS.seen_by(owner).page(1, prompt_id=prompt_id, number=number)
    if not found:
        raise NotFound("the prompt has no such version", field=field, path=f"$.data.{field}")
    return found[0]


def count_run(prompt_id: int) -> Steps[None]:
    """Count that a prompt was run."""
    yield Statement("UPDATE prompt SET use_count = use_count + 1 WHERE id = ?", (prompt_id,))
