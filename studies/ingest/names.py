"""How a file is called in results, quarantine and JSON: its place below what was named on the command line."""

import os
from pathlib import Path


def shown(raw: str) -> str:
    """A file's name as text that harms no screen: bytes that are not UTF-8 and control characters are escaped."""
    text = os.fsencode(raw).decode("utf-8", "backslashreplace")
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in text
    )


def below(root: Path, path: str) -> str:
    """`CD/A/IM1` for /media/CD/A/IM1 met below /media/CD."""
    return shown(os.path.join(root.name, os.path.relpath(path, root)) if str(root) != path else root.name)
