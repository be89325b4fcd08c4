"""The catalogues of translated texts: take new texts in, and check that no language lacks one.

    python -m tools.messages update
    python -m tools.messages check

Babel does the work; GNU gettext is not needed. Django's templates are first turned into the Python-like text that
Django's own `templatize` makes of them.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ["accounts", "groups", "studies", "portal", "pacsonweb", "templates"]
LANGUAGES = ["nl", "fr", "de"]  # English is what the sources are written in
KEYWORDS: dict[str, Any] = {
    "_": None,
    "_now": None,  # gettext beside gettext_lazy as _
    "_lazy": None,  # gettext_lazy beside gettext as _
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "known": None,  # gettext_noop where sentences stand in a table
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
METHODS = [("**.py", "python"), ("**.html", "tools.messages:template"), ("**.txt", "tools.messages:template")]


def template(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:
    """Babel's extraction method for Django templates."""
    source = templatize(file.read().decode(), origin=getattr(file, "name", None))
    # What is left of the markup still carries its indentation, which would not be Python's.
    lines = "\n".join(line.lstrip() for line in source.split("\n"))
    yield from extract_python(io.BytesIO(lines.encode()), keywords, comment_tags, options)


def texts() -> Catalog:
    """Every text that the sources mark for translation."""
    catalogue = Catalog(project="PACSonWEB", charset="utf-8", fuzzy=False)
    for folder in SOURCES:
        rows = extract_from_dir(ROOT / folder, METHODS, keywords=KEYWORDS, comment_tags=("Translators:",))
        for name, line, message, comments, context in rows:
            catalogue.add(message, None, [(f"{folder}/{name}", line)], auto_comments=comments, context=context)
    return catalogue


def path_of(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, project="PACSonWEB", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update() -> None:
    """Takes new texts into each catalogue and drops those that no source has any more."""
    wanted = texts()
    for language in LANGUAGES:
        catalogue = read(language)
        catalogue.update(wanted, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path_of(language).parent.mkdir(parents=True, exist_ok=True)
        with path_of(language).open("wb") as file:
            write_po(file, catalogue, width=120, omit_header=False, sort_output=True, include_lineno=False)


def faults(language: str, wanted: Catalog) -> list[str]:
    """What is missing or broken in one language, a line each."""
    catalogue = read(language)
    found = []
    for message in wanted:
        if not message.id:
            continue
        own = catalogue.get(message.id, message.context)
        strings = [] if own is None else list(own.string) if isinstance(own.string, tuple) else [own.string]
        name = message.id[0] if isinstance(message.id, tuple) else message.id
        if own is None or own.fuzzy or not strings or not all(strings):
            found.append(f"{language}: not translated: {name!r} ({message.locations[0][0]})")
            continue
        found += [f"{language}: {error}: {name!r}" for error in own.check(catalogue)]
    return found


def check() -> int:
    wanted = texts()
    found = [fault for language in LANGUAGES for fault in faults(language, wanted)]
    sys.stdout.write("".join(f"{fault}\n" for fault in found))
    return 1 if found else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["update"]:
        update()
    elif sys.argv[1:] == ["check"]:
        sys.exit(check())
    else:
        sys.exit(__doc__)
