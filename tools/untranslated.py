"""Finds text that a person would read and that is not marked for translation.

In templates: text between tags and in the attributes that are read out or shown. In Python: labels, help texts, names,
messages, validation errors and choices. `python -m tools.untranslated` prints each place and fails if there is one.
"""

import ast
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ["accounts", "groups", "studies", "portal", "pacsonweb"]
SHOWN_ATTRIBUTES = {"title", "alt", "aria-label", "placeholder", "aria-roledescription", "aria-description", "label"}
LETTER = re.compile(r"[^\W\d_]{2,}")
# Proper names, and the names that languages give themselves.
SAME_EVERYWHERE = {
    "PACSonWEB",
    "PACS",
    "on",
    "WEB",
    "Nederlands",
    "Français",
    "Deutsch",
    "English",
    "NL",
    "FR",
    "DE",
    "EN",
}

TRANSLATED = re.compile(r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
COMMENTED = re.compile(r"{#.*?#}|{%\s*comment\b.*?{%\s*endcomment\s*%}", re.DOTALL)
# Blocks that hold names of classes and nothing to read.
CLASSES = re.compile(r"{%\s*block (?:column|bodyclass|coltype)\s*%}.*?{%\s*endblock\b.*?%}", re.DOTALL)
SAMPLE_CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)

TEXT_KEYWORDS = {
    "label",
    "help_text",
    "verbose_name",
    "verbose_name_plural",
    "empty_label",
    "description",
    "short_description",
}
TEXT_CALLS = {"ValidationError", "success", "error", "warning", "info", "debug", "message_user", "add_error"}
TEXT_NAMES = {"verbose_name", "verbose_name_plural", "short_description", "site_title", "site_header", "index_title"}


def _blank(match: re.Match[str]) -> str:
    """Keeps the line numbers: what is cut out leaves its line ends."""
    return re.sub(r"[^\n]", " ", match.group())


class _Shown(HTMLParser):
    """Collects (line, text) of everything that is shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self.silent += 1
        for name, value in attrs:
            is_label = tag == "input" and name == "value" and dict(attrs).get("type") in ("submit", "button")
            shown = name in SHOWN_ATTRIBUTES or is_label
            if shown and value and _readable(value):
                self.found.append((self.getpos()[0], value))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.silent -= 1

    def handle_data(self, data: str) -> None:
        if not self.silent and _readable(data):
            self.found.append((self.getpos()[0], data.strip()))


def _readable(text: str) -> bool:
    return any(word not in SAME_EVERYWHERE for word in LETTER.findall(SAMPLE_CODE.sub("", text)))


def in_template(path: Path) -> Iterator[str]:
    source = path.read_text()
    for pattern in (COMMENTED, TRANSLATED, CLASSES, TAG):
        source = pattern.sub(_blank, source)
    parser = _Shown()
    parser.feed(source)
    for line, text in parser.found:
        yield f"{path.relative_to(ROOT)}:{line}: {text!r}"


def _literal(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _readable(node.value):
        return node.value
    if isinstance(node, ast.JoinedStr) and any(_literal(part) for part in node.values):
        return ast.unparse(node)
    return None


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _suspects(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _name(node.func)
            yield from (word.value for word in node.keywords if word.arg in TEXT_KEYWORDS and name != "Command")
            is_message = name in TEXT_CALLS and (
                name == "ValidationError" or _owner(node.func) in ("messages", "self", "form")
            )
            if is_message:
                # A request or a field's name stands before the message, an error's code behind it.
                yield from node.args[:1] if name == "ValidationError" else node.args[1:2]
        elif isinstance(node, ast.Assign) and any(_name(target) in TEXT_NAMES for target in node.targets):
            yield node.value
        elif isinstance(node, ast.ClassDef) and any(
            _name(base) in ("TextChoices", "IntegerChoices") for base in node.bases
        ):
            for line in node.body:
                if isinstance(line, ast.Assign) and isinstance(line.value, ast.Tuple) and len(line.value.elts) == 2:
                    yield line.value.elts[1]


def _owner(node: ast.expr) -> str:
    return _name(node.value) if isinstance(node, ast.Attribute) else ""


def in_python(path: Path) -> Iterator[str]:
    source = path.read_text()
    lines = source.splitlines()
    for node in _suspects(ast.parse(source)):
        text = _literal(node)
        if text and "not translated" not in lines[node.lineno - 1]:
            yield f"{path.relative_to(ROOT)}:{node.lineno}: {text!r}"


def places() -> Iterator[str]:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        yield from in_template(path)
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if not {"migrations", "commands"} & set(path.parts):
                yield from in_python(path)


if __name__ == "__main__":
    found = list(places())
    sys.stdout.write("".join(f"{place}\n" for place in found))
    sys.exit(1 if found else 0)
