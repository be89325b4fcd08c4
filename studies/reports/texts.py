"""Plain-text reports from outside: bytes in, clean text out."""

import codecs
import unicodedata

LONGEST = 262_144  # characters; bytes of a file are bounded alike
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class UnreadableText(ValueError):
    """These bytes are no plain text that is understood; the message says what was found."""


def decoded(content: bytes, encoding: str | None = None) -> str:
    """The text of a file in `encoding`; None: by its byte order mark, else UTF-8, else Windows-1252.

    Raises UnreadableText.
    """
    if len(content) > LONGEST:
        raise UnreadableText(f"the file is larger than {LONGEST} bytes")
    if encoding is not None:
        return cleaned(_strictly(content, encoding))
    for mark, name in _MARKS:
        if content.startswith(mark):
            return cleaned(_strictly(content.removeprefix(mark), name))
    if b"\0" in content:
        raise UnreadableText("the file is not plain text: it contains zero bytes")
    try:
        return cleaned(content.decode("utf-8"))
    except UnicodeDecodeError:
        return cleaned(_strictly(content, "windows-1252"))


def cleaned(text: str) -> str:
    """Lines ended by a line feed, without control characters and without blanks around. Raises UnreadableText."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    kept = "".join(character for character in lines if character in "\n\t" or unicodedata.category(character) != "Cc")
    clean = unicodedata.normalize("NFC", "\n".join(line.rstrip() for line in kept.split("\n")).strip("\n"))
    if len(clean) > LONGEST:
        raise UnreadableText(f"the report has {len(clean)} characters; at most {LONGEST} are kept")
    return clean


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except LookupError:
        raise UnreadableText(f"no encoding is called {encoding!r}") from None
    except UnicodeDecodeError as error:
        raise UnreadableText(f"byte {error.start} is not {encoding}: name the file's encoding") from None
