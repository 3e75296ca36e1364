"""Make of Sphinx's site what the daemon serves: pack.py BUILT PLACE writes each file there, compressed.

The daemon's pages may run and show nothing but files of its own, so scripts and styles that stand in a document become
files. What would come from elsewhere, and a link inside the site that leads nowhere, is an error.
"""

import gzip
import hashlib
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

KINDS = {".html", ".js", ".css", ".png", ".svg"}
UNUSED = {"debug.css", "furo-extensions.js", "file.png", "minus.png", "plus.png"}
INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)
HIDDEN, FAINT = ' style="display: none;"', ' style="opacity: 50%"'
"""The two attributes that the theme's pictures have: orchd.css and SVG have other words for them."""

FORBIDDEN = re.compile(r"<(?:script|style)>|<[^>]* (?:style|on[a-z]+)=|javascript:", re.IGNORECASE)
FOREIGN = re.compile(r"(?:url\(|@import )\s*[\"']?(?:https?:)?//")


def main(built: Path, place: Path) -> None:
    files = {path.relative_to(built).as_posix(): path for path in sorted(built.rglob("*")) if path.suffix in KINDS}
    files = {name: path for name, path in files.items() if path.name not in UNUSED}
    documents, made = {}, {}
    for name, path in files.items():
        if path.suffix == ".html":
            documents[name], more = hoist(path.read_text("utf-8"), "../" * name.count("/"))
            made |= more
    check(documents, {*files, *made})
    texts = {name: text.encode() for name, text in {**documents, **made}.items()}
    total = 0
    for name in (*made, *files):
        body = texts[name] if name in texts else files[name].read_bytes()
        if name.endswith(".css") and FOREIGN.search(body.decode()):
            sys.exit(f"docs: {name} loads something from elsewhere")
        body = re.sub(rb"\n/[/*]# sourceMappingURL=[^\n]*", b"", body)
        packed = gzip.compress(body, 9, mtime=0)
        target = place / f"{name}.gz"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(packed)
        total += len(packed)
    print(f"docs: {len(documents)} pages, {total // 1024} KiB", file=sys.stderr)  # noqa: T201


def hoist(text, top):
    """Return a document without scripts and styles of its own, and those by the names of files."""
    files = {}

    def name(found):
        kind, body = found.groups()
        suffix = "js" if kind == "script" else "css"
        path = f"_static/{hashlib.sha256(body.encode()).hexdigest()[:12]}.{suffix}"
        files[path] = body
        address = f"{top}{path}"
        return f'<script src="{address}"></script>' if suffix == "js" else f'<link rel="stylesheet" href="{address}">'

    text = INLINE.sub(name, text).replace(HIDDEN, ' class="pictures"').replace(FAINT, ' opacity="0.5"')
    if wrong := FORBIDDEN.search(text):
        sys.exit(f"docs: a document has a script or a style of its own: {wrong[0][-200:]}")
    return text, files


class Document(HTMLParser):
    """What a document can be led to, and what it leads to."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loads = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if "id" in told:
            self.ids.add(told["id"])
        if tag in ("a", "use") and "href" in told:
            self.links.append(told["href"])
        if tag in ("script", "img", "iframe", "link", "source", "video", "audio", "object", "embed"):
            self.loads += [told[name] for name in ("src", "href", "data", "srcset") if name in told]


def check(documents, files):
    """See that all links inside the site lead somewhere, and that what is loaded is in it."""
    read = {name: Document(text) for name, text in documents.items()}
    wrong = []
    for name, document in read.items():
        loads = (link for link in document.loads if link != "#")
        wrong += [f"{name} loads {link}" for link in loads if resolve(name, link.partition("?")[0]) not in files]
        for link in document.links:
            if re.match(r"https?:|mailto:|/protocol\.schema\.json$", link):
                continue
            path, _, anchor = link.partition("#")
            target = resolve(name, path) if path else name
            if target not in read or (anchor and anchor not in read[target].ids):
                wrong.append(f"{name} leads to {link}")
    if wrong:
        sys.exit("docs: " + "\ndocs: ".join(wrong))


def resolve(name, link):
    """Return the path in the site that a link in a document means."""
    parts = name.split("/")[:-1]
    for part in link.split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


main(Path(sys.argv[1]), Path(sys.argv[2]))
