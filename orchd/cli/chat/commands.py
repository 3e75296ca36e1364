"""What the lines that begin with a slash do. Each says what it has done, and what is wrong in a sentence."""

from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

import trio

from orchd.cli.chat import models
from orchd.cli.chat.checking import ledger_lines, read_sources
from orchd.cli.chat.command_help import ALIASES, HELP
from orchd.cli.chat.tables import finding
from orchd.cli.chat.talk import Talk
from orchd.cli.chat.terminal.painter import terminal_size
from orchd.cli.chat.typed import SlashCommand, draft_of, near, number
from orchd.cli.showing import clip, count_of, local_time, one_line, table, visible
from orchd.errors import Invalid, NotFound

PAGE = 20
LONGEST_PAGE = 200
FOUND = 50
RATINGS = {"up": "up", "down": "down", "none": None}
CHECK_SECONDS = 3_600.0


class SlashCommands:
    """The commands of one talk."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._screen = talk.screen
        self._models: list[dict[str, Any]] = []
        self._titles: dict[int, str] = {}
        self.edited: int | None = None
        """The question that the next message takes the place of."""
        self.draft = ""
        """What the next line begins with."""
        self.quit = False
        self._known: dict[str, Callable[[str], Awaitable[None]]] = {
            "/attach": self._attach,
            "/continue": self._continue,
            "/delete": self._delete,
            "/edit": self._edit,
            "/help": self._help,
            "/history": self._history,
            "/list": self._list,
            "/model": self._model,
            "/models": self._list_models,
            "/new": self._new,
            "/open": self._open,
            "/quit": self._quit,
            "/rate": self._rate,
            "/reasoning": self._reasoning,
            "/regenerate": self._regenerate,
            "/search": self._search,
            "/system": self._system,
            "/verify": self._verify,
        }

    async def do(self, command: SlashCommand) -> None:
        """Do what a command says. Raises `OrchdError`, `ConnectionLostError`."""
        name = ALIASES.get(command.name, command.name)
        if name not in self._known:
            hint = near(name, [*self._known, *ALIASES])
            raise Invalid(f"no such command: {name}{hint}; /help lists them, and // begins a message with a slash")
        await self._known[name](command.argument)

    async def begin(self) -> None:
        """Look at what was asked for with the program's flags, and say who is there."""
        options = self._talk.options
        if options.conversation is not None:
            await self._open(str(options.conversation))
        if options.model is not None:
            await self._model(options.model)
        elif self._talk.interactive:
            await self._fetch_models()
            self._screen.notice(f"orchd at {self._talk.url}, {self._describe_models()}; /help lists the commands")

    def words(self, command: str) -> Iterable[str]:
        """What may follow a command, or the commands themselves; called from the editor's thread."""
        if not command:
            return [*self._known, "/bye"]
        if command == "/model":
            return [model["name"] for model in self._models if models.chats(model)]
        return [str(key) for key in self._titles] if command == "/open" else ()

    async def _help(self, _argument: str) -> None:
        self._screen.text(HELP)

    async def _quit(self, _argument: str) -> None:
        self.quit = True

    async def _new(self, _argument: str) -> None:
        self._talk.options.conversation = self._talk.last = None
        self._screen.notice("(a new conversation begins with the next message)")

    async def _attach(self, argument: str) -> None:
        files = self._talk.options.files
        if argument:
            name = await self._talk.attach(_path(argument))
            self._screen.notice(f"({one_line(name)} goes with your next message; /attach alone takes it back)")
        else:
            self._screen.notice("(no file goes with your next message)" if files else "say which file: /attach PATH")
            files.clear()

    async def _reasoning(self, _argument: str) -> None:
        self._screen.reasoning = not self._screen.reasoning
        self._screen.notice(f"(what models think is {'shown' if self._screen.reasoning else 'hidden'} from now on)")

    async def _system(self, argument: str) -> None:
        self._talk.options.system = argument
        what = "is told this" if argument else "is told nothing"
        self._screen.notice(f"(the model {what} before the conversation, from the next message on)")

    async def _fetch_models(self, *, refresh: bool = False) -> list[dict[str, Any]]:
        self._models = (await self._talk.request("model:list", {"refresh": refresh}))["models"]
        return self._models

    async def _list_models(self, _argument: str) -> None:
        found = await self._fetch_models(refresh=True)
        if not found:
            self._screen.notice(
                "no model server has a model that you may use; `orchd check` says where they are looked for"
            )
        else:
            rows = [models.row(model, "* " if model["name"] == self._talk.options.model else "") for model in found]
            self._show(table(models.HEADS, rows, self._columns, right=models.RIGHT))

    async def _model(self, argument: str) -> None:
        if not argument:
            self._talk.options.model = None
            self._screen.notice("(the daemon chooses the model: the conversation's, else its own default)")
            return
        lister = "/models" if self._talk.interactive else "`orchd models`"
        try:
            model = models.model_of(argument, await self._fetch_models(), lister)
        except Invalid:
            model = models.model_of(argument, await self._fetch_models(refresh=True), lister)
        if model["type"] == "embedding":
            raise Invalid(f"`{model['name']}` makes embeddings, it can't chat")
        self._talk.options.model = argument
        if self._talk.interactive:
            self._screen.notice(f"(asking {argument}: {models.about(model)})")

    async def _list(self, argument: str) -> None:
        limit = _limit(argument)
        page = await self._talk.request("conversation:list", {"limit": limit})
        self._show_conversations(page["items"], "there are no conversations yet")

    async def _search(self, argument: str) -> None:
        if not argument:
            raise Invalid("say what to look for: /search TEXT")
        wanted = {"query": argument, "kinds": ["message", "conversation"], "limit": FOUND}
        items = (await self._talk.request("search", wanted))["items"]
        if not items:
            self._screen.notice(f"(no message and no title has `{argument}`)")
            return
        self._titles |= {item["id"]: item["title"] for item in items if item["kind"] == "conversation"}
        self._show(table(finding.HEADS, [*map(finding.row, items)], self._columns, right=("N",)))

    async def _open(self, argument: str) -> None:
        chosen = number(argument, "a conversation")
        try:
            item = await self._talk.request("conversation:update", {"conversationId": chosen})
            await self._find_last(chosen)
        except NotFound:
            shown = "/list shows" if self._talk.interactive else "`orchd conversations` lists"
            raise NotFound(f"there is no conversation {chosen}; {shown} them") from None
        self._talk.options.conversation = chosen
        if self._talk.interactive:
            by = f", with {item['model']}" if item["model"] else ""
            self._screen.notice(f"({chosen}: {item['title']}; {count_of(item['messageCount'], 'message')}{by})")

    async def _find_last(self, conversation: int) -> None:
        """Look which answer is the last one."""
        page = await self._talk.request("chat:history", {"conversationId": conversation, "limit": 2})
        self._talk.last = next((it for it in reversed(page["messages"]) if it["role"] == "assistant"), None)

    async def _history(self, argument: str) -> None:
        messages, more = await self._messages(_limit(argument), "/list shows the others, /open N opens one")
        for message in messages:
            self._screen.message(message)
            if names := ", ".join(one_line(file["name"]) for file in message.get("files", ())):
                self._screen.notice(f"(with {names})")
        if more:
            self._screen.notice("(there are older ones; /history N shows more)")

    async def _messages(self, limit: int, hint: str) -> tuple[list[dict[str, Any]], bool]:
        """The last messages of the conversation, the oldest first, and whether there are more before them."""
        if self._talk.options.conversation is None:
            raise Invalid(f"this conversation is new; {hint}")
        messages: list[dict[str, Any]] = []
        more = True
        while more and len(messages) < limit:  # a page of long messages has fewer than were asked for
            wanted = {"conversationId": self._talk.options.conversation, "limit": limit - len(messages)}
            wanted |= {"before": messages[0]["id"]} if messages else {}
            page = await self._talk.request("chat:history", wanted)
            messages = page["messages"] + messages
            more = page["hasMore"] and bool(page["messages"])
        return messages, more

    async def _regenerate(self, _argument: str) -> None:
        answer = self._last_answer("answered once more")
        await self._talk.ask(lambda chat, **how: chat.regenerate(message_id=answer["id"], **how))

    async def _continue(self, _argument: str) -> None:
        answer = self._last_answer("continued")
        await self._talk.ask(lambda chat, **how: chat.continue_(message_id=answer["id"], **how))

    async def _edit(self, argument: str) -> None:
        question = await self._question(argument, "edited")
        self.edited, self.draft = question["id"], draft_of(question["content"])
        self._screen.notice(f"(your next message takes the place of: {clip(one_line(self.draft), 60)})")

    async def _delete(self, argument: str) -> None:
        question = await self._question(argument, "deleted")
        gone = await self._talk.request("chat:delete", {"messageId": question["id"]})
        await self._find_last(gone["conversationId"])
        self._screen.notice(
            f"(deleted {count_of(gone['removed'], 'message')}, from here on: {clip(one_line(question['content']), 60)})"
        )

    async def _question(self, argument: str, done: str) -> dict[str, Any]:
        """The last question of the conversation, or the one that was asked so many before."""
        back = number(argument, "the question, counted from the end,") if argument else 1
        if back > LONGEST_PAGE // 2:
            raise Invalid(f"only the last {LONGEST_PAGE // 2} questions can be {done}")
        messages, _ = await self._messages(2 * back + 1, f"there is nothing that could be {done}")
        questions = [message for message in messages if message["role"] == "user"]
        if back > len(questions):
            raise Invalid(f"only {count_of(len(questions), 'question')} here can be {done}")
        return questions[-back]

    async def _rate(self, argument: str) -> None:
        rating, _, reason = argument.partition(" ")
        if rating not in RATINGS:
            raise Invalid("say how the last answer was: /rate up, /rate down REASON, or /rate none to take it back")
        answer = self._last_answer("rated")
        said = {"reason": reason.strip()} if reason.strip() else {}
        await self._talk.request("chat:rate", {"messageId": answer["id"], "rating": RATINGS[rating]} | said)
        self._screen.notice(f"(the last answer is {'not rated any more' if rating == 'none' else f'rated {rating}'})")

    async def _verify(self, argument: str) -> None:
        answer = self._last_answer("checked")
        sources = await trio.to_thread.run_sync(read_sources, argument, abandon_on_cancel=True)
        self._screen.progress("checking the answer; Ctrl-C gives it up ...")
        wanted = {"messageId": answer["id"]} | ({"sources": sources} if sources else {})
        ledger = await self._talk.request("verify:message", wanted, seconds=CHECK_SECONDS)
        self._show(ledger_lines(ledger, sources=bool(sources)))

    def _last_answer(self, done: str) -> dict[str, Any]:
        if self._talk.last is None:
            raise Invalid(f"there is no answer yet that could be {done}")
        return self._talk.last

    def _show_conversations(self, items: list[dict[str, Any]], none: str) -> None:
        self._titles |= {item["id"]: item["title"] for item in items}
        if not items:
            self._screen.notice(f"({none})")
            return
        mine = self._talk.options.conversation
        rows = [
            (
                f"{'* ' if item['id'] == mine else ''}{item['id']}",
                local_time(item["updatedAt"]),
                item["messageCount"],
                item["title"],
            )
            for item in items
        ]
        self._show(table(("N", "LAST USED", "MESSAGES", "TITLE"), rows, self._columns, right=("N", "MESSAGES")))

    def _describe_models(self) -> str:
        usable = [model for model in self._models if models.chats(model) and not model.get("reason")]
        if not usable:
            return "no model answers yet (`orchd check` says why)"
        return f"model {usable[0]['name']}" if len(usable) == 1 else count_of(len(usable), "model")

    @property
    def _columns(self) -> int | None:
        return terminal_size()[0] if self._screen.output.is_terminal else None

    def _show(self, lines: list[str]) -> None:
        self._screen.text(visible("\n".join(lines)))


def _path(argument: str) -> Path:
    return Path(argument).expanduser()


def _limit(argument: str) -> int:
    limit = number(argument, "how many to show") if argument else PAGE
    if limit > LONGEST_PAGE:
        raise Invalid(f"at most {LONGEST_PAGE} can be shown at once")
    return limit
