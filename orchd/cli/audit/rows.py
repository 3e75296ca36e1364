"""Replies about the audit log as people read them."""

from orchd.cli.audit.words import change, sentence
from orchd.cli.reply import JsonObject
from orchd.cli.showing import local_time, table


def rows(reply: JsonObject, columns: int | None) -> list[str]:
    """A row a line, the latest first."""
    if not reply["items"]:
        return ["nothing is in the audit log"]
    cells = [(local_time(item["at"]), sentence(item), item["address"], change(item)) for item in reply["items"]]
    return table(("WHEN", "WHAT", "FROM", "CHANGE"), cells, columns)
