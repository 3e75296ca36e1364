"""Answers to the frames of templates."""

from collections.abc import Iterator
from contextlib import contextmanager

from orchd.clock import unix_now
from orchd.entity import Owner, owner_of, view
from orchd.entity.wire import EntityRooms, commands_of
from orchd.errors import Conflict, NotFound, OrchdError, TooLarge
from orchd.features.workspace.texts.copying import CopyingHandlers, free_name
from orchd.features.workspace.texts.filling import check_places, fill
from orchd.features.workspace.texts.template import (
    TEMPLATE,
    Template,
    TemplateBundle,
    TemplateContent,
    TemplateContentDraft,
    TemplateDuplicate,
    TemplateExport,
    TemplateFilled,
    TemplateImport,
    TemplateImported,
    TemplatePreview,
    TemplateUse,
)
from orchd.features.workspace.texts.template_queries import count_use
from orchd.features.workspace.texts.variables import Values, check_variables, texts_of
from orchd.protocol.command import CHANGE, LOOKUP, AnyCommand, Command, Commands
from orchd.protocol.page import MAX_REPLY_BYTES, fitting
from orchd.protocol.router import Context, Serve
from orchd.storage import Steps


class TemplateHandlers(CopyingHandlers[Template]):
    """Those of the entity, and what becomes of templates that are filled, copied, given and taken."""

    def check(self, row: Template) -> None:
        """Raises `Invalid` for a variable that can't be one, and a place without a variable."""
        check_variables(row.variables)
        names = {variable.name for variable in row.variables}
        check_places(row.system_text, names, "systemText")
        check_places(row.user_text, names, "userText")

    async def preview(self, context: Context, data: TemplatePreview) -> TemplateFilled:
        """Show a template filled."""
        return _fill(await self._database.read(self._seen_by(context).get, data.template_id), data.values)

    async def use(self, context: Context, data: TemplateUse) -> TemplateFilled:
        """Fill a template, and count it."""
        filled = _fill(await self._database.read(self._seen_by(context).get, data.template_id), data.values)
        await self._database.write(_use, owner_of(context.identity), data.template_id)
        return filled

    async def duplicate(self, context: Context, data: TemplateDuplicate) -> Template:
        """Store a copy."""
        return await self._copy(context, data.template_id, self._entity.as_stored(data).name)

    async def export(self, context: Context, data: TemplateExport) -> TemplateBundle:
        """Give templates to be kept elsewhere."""
        rows = await self._database.read(_some, owner_of(context.identity), data)
        items = fitting(view(TemplateContent, row) for row in rows[: data.limit])
        more = rows[len(items) - 1].id if len(items) < len(rows) else None
        return TemplateBundle(format="orchd.templates", format_version=1, items=items, next_cursor=more)

    async def take(self, context: Context, data: TemplateImport) -> TemplateImported:
        """Store templates that were exported."""
        items: list[TemplateContentDraft] = []
        for place, item in enumerate(data.items):
            with _naming(place):
                items.append(self._entity.as_stored(item))
        return await self._write(self._import, owner_of(context.identity), items, data.taken, unix_now())

    def _import(self, owner: Owner, items: list[TemplateContentDraft], taken: str, now: int) -> Steps[TemplateImported]:
        done = TemplateImported(template_ids=[], skipped=[])
        own = self._entity.rows.owned_by(owner)
        for place, item in enumerate(items):
            with _naming(place):
                is_taken = taken != "refuse" and bool((yield from own.page(1, name=item.name)))
                if is_taken and taken == "skip":
                    done.skipped.append(item.name)
                    continue
                name = (yield from free_name(self._entity, owner, item.name)) if is_taken else item.name
                try:
                    row = yield from self.add(owner, view(type(item), item, name=name), now)
                except Conflict as error:
                    raise error.again(
                        f"{error.message}; say `rename` or `skip` in `taken` to import the others"
                    ) from error
                done.template_ids.append(row.id)
        return done


def _fill(row: Template, values: Values) -> TemplateFilled:
    texts = texts_of(row.variables, values)
    return TemplateFilled(
        template_id=row.id,
        system_text=fill(row.system_text, texts, "systemText"),
        user_text=fill(row.user_text, texts, "userText"),
        params=row.params,
    )


def _use(owner: Owner, template_id: int) -> Steps[None]:
    """Count a template's use. Raises `NotFound` when it was removed meanwhile."""
    yield from TEMPLATE.rows.seen_by(owner).get(template_id)
    yield from count_use(template_id)


def _some(owner: Owner, data: TemplateExport) -> Steps[list[Template]]:
    seen = TEMPLATE.rows.seen_by(owner)
    if data.template_id is not None:
        return [(yield from seen.get(data.template_id))]
    after = None if data.cursor is None else (data.cursor,)
    return (yield from seen.page(data.limit + 1, after, room=MAX_REPLY_BYTES))


@contextmanager
def _naming(place: int) -> Iterator[None]:
    """Have errors name the item at fault."""
    try:
        yield
    except OrchdError as error:
        if error.path is not None:
            error.path = error.path.replace("$.data.", f"$.data.items[{place}].", 1)
        raise


_COMMANDS = commands_of(TEMPLATE)
_MORE = Commands(
    Command(
        "template:preview",
        TemplatePreview,
        TemplateFilled,
        right="read",
        scope="workspace",
        errors=(NotFound, TooLarge),
    ).by(TemplateHandlers.preview),
    Command(
        "template:use", TemplateUse, TemplateFilled, right="change", scope="workspace", errors=(NotFound, TooLarge)
    ).by(TemplateHandlers.use),
    Command(
        "template:duplicate", TemplateDuplicate, Template, right="change", scope="workspace", errors=CHANGE, grows=True
    ).by(TemplateHandlers.duplicate),
    Command("template:export", TemplateExport, TemplateBundle, right="read", scope="workspace", errors=LOOKUP).by(
        TemplateHandlers.export
    ),
    Command(
        "template:import",
        TemplateImport,
        TemplateImported,
        right="change",
        scope="workspace",
        errors=CHANGE,
        grows=True,
    ).by(TemplateHandlers.take),
)
COMMANDS: tuple[AnyCommand, ...] = (*_COMMANDS, *_MORE)


def serve(rooms: EntityRooms) -> dict[str, Serve]:
    """Return what answers the frames of templates."""
    handlers = TemplateHandlers(TEMPLATE, rooms)
    return {**_COMMANDS.bind(handlers), **_MORE.bind(handlers)}
