"""How Sphinx makes a site of docs/ (scripts/docs.sh). Warnings are errors, and so is a link that leads nowhere.

The texts are written for whoever reads them as files, too, so nothing in them is Sphinx's own: what it needs besides,
the order of pages and links out of docs/, is made here.
"""

import re

project = "orchd"
html_title = "orchd"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "index"
myst_heading_anchors = 6
smartquotes = False

html_theme = "furo"
html_favicon = "../../orchd/web/public/icons/orchd.svg"
html_static_path = ["static"]
html_css_files = ["orchd.css"]
html_copy_source = html_show_sourcelink = html_show_sphinx = html_show_copyright = html_use_index = False
html_permalinks_icon = "#"
html_theme_options = {"top_of_page_buttons": []}

myst_url_schemes = {"http": None, "https": None, "daemon": "{{path}}"}
SERVED = re.compile(r"\]\((?:\.\./)+(protocol\.schema\.json)\)")
"""What the daemon serves itself, beside /docs."""

LINK = re.compile(r"^\* \[[^\]]+\]\(([\w./-]+)\.md\)", re.MULTILINE)
SECTION = re.compile(r"^## (.+)\n((?:(?!## ).*\n)*)", re.MULTILINE)
DIAGRAM = re.compile(r"^```mermaid\nsequenceDiagram\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PARTY = re.compile(r"^ *participant (\w+) as (.+)$")
ARROW = re.compile(r"^( *)(\w+)-?->>(\w+): (.+)$")
NOTE = re.compile(r"^( *)Note over [\w,]+: (.+)$")


def setup(app):
    app.connect("source-read", complete)


def complete(_app, name, source):
    """Give the first page and that of the protocol what stands below them, and make texts of diagrams."""
    text = source[0]
    if name == root_doc:
        for title, body in SECTION.findall(text):
            text += tree(title, "\n".join(LINK.findall(body)))
    elif name == "protocol":
        text += tree("", "protocol/*", ":glob:")
    text = SERVED.sub(r"](daemon:/\1)", text)
    source[0] = DIAGRAM.sub(lambda found: f"```text\n{told(found[1])}```", text)


def tree(caption, entries, *options):
    caption = f":caption: {caption}" if caption else ""
    return "\n".join(("\n```{toctree}", ":hidden:", *filter(None, (caption, *options)), "", entries, "```\n"))


def told(diagram):
    """Return what a diagram of a sequence says, a line for each arrow."""
    names, lines = {}, []
    for line in diagram.splitlines():
        if party := PARTY.match(line):
            names[party[1]] = party[2]
        elif arrow := ARROW.match(line):
            indent, sender, receiver, what = arrow.groups()
            way = f"{names[sender]} → {names[receiver]}"
            lines.append(f"{indent[4:]}{way:<{2 * max(map(len, names.values())) + 3}}  {what}")
        elif note := NOTE.match(line):
            lines.append(f"{note[1][4:]}({note[2]})")
        elif line.strip() != "end":
            lines.append(f"{line[4:]}:")
    return "".join(f"{line}\n" for line in lines)
