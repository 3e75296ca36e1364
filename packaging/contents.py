"""Write what a release is made of: contents.py PLACE makes there orchd.cdx.json, a bill of materials (CycloneDX 1.6),
and LICENSES.txt, the texts that the licences of its parts ask to be handed on.

Run by scripts/build.sh after PyInstaller, whose spec has noted what it packed, with the Python that it packed.
"""

import json
import subprocess
import sys
import sysconfig
from importlib import metadata
from pathlib import Path
from typing import Any

TOP = Path(__file__).parent.parent
SITE = {"furo", "sphinx", "sphinx-basic-ng"}
"""Of what makes the documentation, those whose scripts and styles are in it."""

NOTED = TOP / "build" / "orchd"


def main(place: Path) -> None:
    packed: dict[str, str] = json.loads((NOTED / "libraries.json").read_text())
    system: dict[str, str] = json.loads((NOTED / "system.json").read_text())
    page: list[dict[str, Any]] = json.loads((TOP / "orchd/web/dist/libraries.json").read_text())
    docs = [found for found in metadata.distributions(path=[_docs_packages()]) if found.name.lower() in SITE]
    (place / "orchd.cdx.json").write_text(json.dumps(bill(packed, system, page, docs), indent=1) + "\n")
    (place / "LICENSES.txt").write_text("\n\n".join(licences(packed, system, page, docs)) + "\n")


def _docs_packages() -> str:
    return str(next((TOP / "build/docs/venv/lib").glob("python*/site-packages")))


def bill(
    packed: dict[str, str], system: dict[str, str], page: list[dict[str, Any]], docs: list[metadata.Distribution]
) -> dict[str, Any]:
    """Return the bill that cyclonedx-py makes of this environment, without what only builds, with what it can't see."""
    command = ["environment", "--output-reproducible", "--sv", "1.6", "--pyproject", str(TOP / "pyproject.toml")]
    made = subprocess.run(
        [sys.executable, "-m", "cyclonedx_py", *command, sys.executable], capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(made.stdout)
    parts = [part for part in found["components"] if part["name"].lower() in packed]
    missing = packed.keys() - {part["name"].lower() for part in parts}
    if missing:
        sys.exit(f"the bill of materials knows nothing of {', '.join(sorted(missing))}")
    parts += [
        {
            "type": "library",
            "bom-ref": f"npm-{part['name']}",
            "name": part["name"],
            "version": part["version"],
            "purl": f"pkg:npm/{part['name'].replace('@', '%40')}@{part['version']}",
            **({"licenses": [{"expression": part["license"]}]} if "license" in part else {}),
        }
        for part in page
    ]
    parts += [
        {
            "type": "library",
            "bom-ref": f"docs-{part.name.lower()}",
            "name": part.name,
            "version": part.version,
            "purl": f"pkg:pypi/{part.name.lower()}@{part.version}",
        }
        for part in sorted(docs, key=lambda part: part.name.lower())
    ]
    python = {"type": "platform", "bom-ref": "python", "name": "CPython", "version": sys.version.split()[0]}
    parts.append(python)
    parts += [
        {"type": "library", "bom-ref": f"file-{name}", "name": name, "hashes": [{"alg": "SHA-256", "content": digest}]}
        for name, digest in sorted(system.items())
    ]
    kept = {part["bom-ref"] for part in parts} | {found["metadata"]["component"]["bom-ref"]}
    found["components"] = parts
    found["dependencies"] = [
        {**edge, **({"dependsOn": [ref for ref in edge["dependsOn"] if ref in kept]} if "dependsOn" in edge else {})}
        for edge in found["dependencies"]
        if edge["ref"] in kept
    ]
    return found


def licences(
    packed: dict[str, str], system: dict[str, str], page: list[dict[str, Any]], docs: list[metadata.Distribution]
) -> list[str]:
    """Return the parts of the text: orchd's own licence first, then those of packages, of Python, and of pages."""
    found = [_section("orchd", (TOP / "LICENSE").read_text())]
    for name in sorted(packed):
        told = metadata.distribution(name)
        texts = [text for file in told.files or () if _is_licence(file.name) if (text := file.read_text())]
        known = told.metadata.get("License-Expression") or told.metadata.get("License") or "see its own site"
        found.append(_section(f"{told.name} {told.version}", *(texts or [f"Licence: {known}"])))
    text = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    found.append(_section(f"Python {sys.version.split()[0]}", text.read_text() if text.is_file() else "PSF-2.0"))
    for part in page:
        texts = part["texts"] or [f"Licence: {part.get('license', 'see its own site')}"]
        found.append(_section(f"{part['name']} {part['version']} (in the page)", *texts))
    for told in sorted(docs, key=lambda told: told.name.lower()):
        texts = [text for file in told.files or () if _is_licence(file.name) if (text := file.read_text())]
        found.append(_section(f"{told.name} {told.version} (its scripts and styles, in the documentation)", *texts))
    return [*found, _section("Libraries of the system it was built on", "\n".join(sorted(system)))]


def _is_licence(name: str) -> bool:
    return name.lower().startswith(("license", "licence", "notice", "copying"))


def _section(title: str, *texts: str) -> str:
    return "\n\n".join((f"{title}\n{'=' * len(title)}", *(text.strip() for text in texts)))


main(Path(sys.argv[1]))
