"""The modules of families, one for each first word of requests, and the client that has them all."""

from collections.abc import Iterator, Mapping

from orchd.codegen.families import Family
from orchd.codegen.naming import camel, spell_names, words
from orchd.codegen.reading.contract import Contract, RequestType
from orchd.codegen.typescript.methods import ScriptMethodWriter
from orchd.codegen.typescript.names import CLIENT_RESERVED, METHOD_RESERVED, family_name
from orchd.codegen.typescript.objects import InterfaceWriter
from orchd.codegen.typescript.source import INDENT, docstring, imports, mentioned_names, module

_VALUES = {"answers": ("AnswerStream",), "streams": ("RequestStream", "Subscription"), "callable": ("callable",)}
_TYPES = {"facts": ("AnswerTerms", "Call", "FollowTerms", "RequestOptions"), "link": ("Link",)}


class ScriptClientWriter:
    """Writes the modules by which requests are made."""

    def __init__(self, contract: Contract, names: Mapping[str, str], objects: InterfaceWriter, root: Family) -> None:
        self._contract, self._names, self._objects, self._root = contract, names, objects, root
        self._frames = [names[frame.name] for frame in contract.server_frames.values()]

    def family_modules(self) -> Iterator[tuple[str, str]]:
        """Yield the name and the text of each module of families. Raises `SchemaError`."""
        found = spell_names(self._root.families, lambda name: "_".join(words(name)), (), "the types of requests")
        for name, family in self._root.families.items():
            yield found[name].replace("_", "-"), self._family_module(family)

    def client_module(self) -> str:
        """Write the client itself, and how one gets it."""
        families, names = [*self._root.families.values()], self._members(self._root, CLIENT_RESERVED)
        methods = ScriptMethodWriter(self._contract, self._names, self._root.requests.values())
        ready = self._names[self._contract.server_frames[self._contract.session.ready].payload]
        lines = [
            *docstring("A connection to a daemon that comes back by itself; made by `connect`."),
            "export class Client implements AsyncDisposable {",
            *self._fields(families, names),
            *_OWN.format(ready=ready).splitlines(),
        ]
        for last, request in self._root.requests.items():
            lines += ["", *methods.method(request, names[last])]
        blocks = [methods.constants(), [*lines, "}"], _CONNECT.splitlines()]
        modules = {f"./families/{'-'.join(words(family.path[0]))}.ts": [family_name(family)] for family in families}
        values = modules | {"./facts.ts": ["FACTS"], "./runtime/link.ts": ["openLink"]}
        types = {
            "./frames.ts": ["RequestTypes"],
            "./runtime/facts.ts": ["Frame"],
            "./runtime/link.ts": ["ConnectionState", "ConnectOptions"],
        }
        found = self._imports(blocks, ".", values, types)
        return module("The client: one method a request, by what it is about.", found, *blocks)

    def _members(self, family: Family, reserved: frozenset[str]) -> dict[str, str]:
        where = f"requests that begin with {':'.join(family.path)!r}"
        return spell_names([*family.families, *family.requests], camel, reserved, where)

    def _family_module(self, top: Family) -> str:
        requests = [request for family in top.walk() for request in _all(family)]
        methods = ScriptMethodWriter(self._contract, self._names, requests)
        blocks = [methods.constants(), *(self._class(family, methods) for family in top.walk())]
        about = f"Requests whose type begins with `{top.path[0]}`."
        return module(about, self._imports(blocks, "..", {}, {}), *blocks)

    def _class(self, family: Family, methods: ScriptMethodWriter) -> list[str]:
        reserved = METHOD_RESERVED | ({"invoke"} if family.own is not None else set())
        names = self._members(family, reserved)
        path = ".".join(map(camel, family.path))
        lines = [
            *docstring(f"`client.{path}`."),
            f"export class {family_name(family)} {{",
            *self._fields([*family.families.values()], names, asks=bool([*_all(family)])),
        ]
        if family.own is not None:
            lines += ["", *methods.method(family.own, "invoke")]
        for last, request in family.requests.items():
            lines += ["", *methods.method(request, names[last])]
        return [*lines, "}"]

    def _fields(self, families: list[Family], names: Mapping[str, str], *, asks: bool = True) -> Iterator[str]:
        """Write the families inside and the link, and how they are made."""
        yield from (f"{INDENT}readonly {names[family.path[-1]]}: {_type(family)};" for family in families)
        yield from ([f"{INDENT}readonly #link: Link;"] if asks else [])
        yield from ("", f"{INDENT}constructor(link: Link) {{")
        yield from ([f"{INDENT * 2}this.#link = link;"] if asks else [])
        for family in families:
            made = f"new {family_name(family)}(link)"
            made = made if family.own is None else f"callable({made})"
            yield f"{INDENT * 2}this.{names[family.path[-1]]} = {made};"
        yield f"{INDENT}}}"

    def _imports(
        self, blocks: list[list[str]], top: str, values: dict[str, list[str]], types: dict[str, list[str]]
    ) -> list[str]:
        """Return imports of what stands in blocks, and of what is given."""
        found: dict[str, list[str]] = {module: [*names] for module, names in values.items()}
        for name, told in _VALUES.items():
            found.setdefault(f"{top}/runtime/{name}.ts", []).extend(mentioned_names(blocks, told))
        only_types: dict[str, list[str]] = {module: [*names] for module, names in types.items()}
        for name, told in _TYPES.items():
            only_types.setdefault(f"{top}/runtime/{name}.ts", []).extend(mentioned_names(blocks, told))
        received = [*self._objects.received_names()]
        frames = only_types.setdefault(f"{top}/frames.ts", [])
        frames += [*mentioned_names(blocks, self._frame_names())]
        only_types[f"{top}/requests.ts"] = [*mentioned_names(blocks, self._objects.sent_names())]
        only_types[f"{top}/types.ts"] = [*mentioned_names(blocks, received)]
        for module_name in found.keys() & only_types.keys():
            found[module_name] += [f"type {name}" for name in only_types.pop(module_name)]
        merged = {**{name: (names, True) for name, names in only_types.items()}}
        merged |= {name: (names, False) for name, names in found.items()}
        return [line for name in sorted(merged) for line in imports({name: merged[name][0]}, types=merged[name][1])]

    def _frame_names(self) -> Iterator[str]:
        objects = self._contract.objects.keys() | self._contract.enumerations.keys()
        received = {*self._objects.received_names(), *self._objects.sent_names()}
        return (name for told, name in self._names.items() if told not in objects and name not in received)


def _all(family: Family) -> Iterator[RequestType]:
    if family.own is not None:
        yield family.own
    yield from family.requests.values()


def _type(family: Family) -> str:
    name = family_name(family)
    return name if family.own is None else f'{name}["invoke"] & {name}'


_OWN = """
  /** What the daemon said first on the connection that there is; undefined while there is none. */
  get ready(): {ready} | undefined {{
    return this.#link.connected?.ready as {ready} | undefined;
  }}

  /** Whether there is a connection just now. */
  get state(): ConnectionState {{
    return this.#link.state;
  }}

  /** Be told of each change of the state. Returns what ends that. */
  watch(watcher: (state: ConnectionState) => void): () => void {{
    return this.#link.watch(watcher);
  }}

  /**
   * Make any request by its type, also one that this client doesn't know; return what the reply says.
   *
   * Frames that come before it are passed over. Throws as the methods do.
   */
  request<Type extends keyof RequestTypes>(
    type: Type,
    data: RequestTypes[Type]["data"],
    options?: RequestOptions,
  ): Promise<RequestTypes[Type]["reply"]>;
  request(type: string, data: object, options?: RequestOptions): Promise<unknown>;
  request(type: string, data: object, options?: RequestOptions): Promise<unknown> {{
    return this.#link.request(this.#link.callOf(type), data, options?.signal);
  }}

  /** Give frames that belong to no request and to no subscription, as they come; of many the latest ones. */
  unasked(options?: RequestOptions): AsyncGenerator<Frame, void, undefined> {{
    return this.#link.unaskedFrames(options?.signal);
  }}

  /** See at once whether the connection still stands, and where there is none don't wait for the next try. */
  reconnect(): void {{
    this.#link.wake();
  }}

  /** End the connection for good; what still waits gets a `DisconnectedError`. */
  close(): void {{
    this.#link.close();
  }}

  async [Symbol.asyncDispose](): Promise<void> {{
    this.close();
  }}"""

_CONNECT = """/**
 * Connect to a daemon, and stay connected until `close`. Without an address it is the one that has served the page, or
 * the one on this machine.
 *
 * Unless it is to be `patient`, a daemon that isn't there is an error; later on, the connection comes back by itself.
 * Throws `DisconnectedError`, `NotADaemonError`, `UnauthorizedError`, and `TypeError` for an address that is none.
 */
export async function connect(url?: string, options: ConnectOptions = {}): Promise<Client> {
  return new Client(await openLink(FACTS, url, options));
}"""
