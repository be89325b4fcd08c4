"""What was found in a quarantined file, in the reader's language.

It is stored in English, by workers that have no language, and with figures in it. Each sentence of this table is both
what is stored (`%(x)s` stands for a figure) and what translators see; what the table does not know is shown as it is
stored.
"""

import re

from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as known

BETWEEN_PARTS = "; "

SENTENCES = (
    # What the bytes are (studies.archive).
    known("the file is cut short"),
    known("the file ends after its first lines"),
    known("the file ends before its picture"),
    known("the file is larger than %(size)s MB"),
    known("the header is larger than %(size)s MB"),
    known("the compressed part of the file is damaged"),
    known("the compressed part of the file is cut short"),
    known("expands to more than %(size)s MB"),
    known("too many elements"),
    known("sequences are nested too deep"),
    known("sequences are nested more than %(depth)s deep"),
    known("an item stands outside a sequence"),
    known("an element is longer than the sequence it stands in"),
    known("a delimiter stands outside a sequence"),
    known("a sequence is closed that was not opened"),
    known("the fragments of the pixel data are broken"),
    known("%(columns)s × %(rows)s pixels are more than is decoded here"),
    known("%(frames)s frames of this size are more than is decoded here"),
    known("%(keyword)s is missing"),
    known("%(keyword)s is not a UID"),
    known("%(keyword)s is longer than %(length)s characters"),
    known("%(keyword)s contains control characters"),
    known("the file cannot be read (%(error)s)"),
    # How reading it went.
    known("reading it takes more memory than is allowed"),
    known("reading the file took longer than %(seconds)s s"),
    known("reading the file took more than %(seconds)s s of computing"),
    known("reading the file crashed the program"),
    known("reading the file upset the program"),
    # The ZIP it came in (studies.ingest.zips).
    known("damaged ZIP"),
    known("damaged in the ZIP"),
    known("encrypted in the ZIP"),
    known("the ZIP wants a password"),
    known("the ZIP is damaged, or compressed in a way that is not read here"),
    known("compressed by a method not read here"),
    known("larger than is kept here"),
    known("a ZIP too deep within ZIPs"),
    known("a ZIP with too many members"),
    known("a ZIP that expands to too much"),
    known("a ZIP whose directory is too large"),
    # What is here already (studies.ingest.collisions).
    known("Its study was deleted here."),
    known("Its series belongs to the study %(uid)s here."),
    known("Its study belongs to the patient id none here."),
    known("Its study belongs to the patient id %(patient_id)s here."),
    known("Its study belongs to a patient with another date of birth here."),
    known("Patient id here: none."),
    known("Patient id here: %(patient_id)s."),
    known("The same patient id with another date of birth."),
    known("Study here: %(uid)s."),
    known("The first one stays."),
    known("Its content differs; the first one stays."),
    # What a correction would change.
    known("name: %(old)s → %(new)s"),
    known("name in ideographs: %(old)s → %(new)s"),
    known("name in phonetic script: %(old)s → %(new)s"),
    known("sex: %(old)s → %(new)s"),
    known("date of birth: %(old)s → %(new)s"),
)
_FIGURE = re.compile(r"%\((\w+)\)s")
_WITH_SPACES = {"patient_id", "old", "new"}
_SEVERAL_WORDS = rf"(?:(?!{BETWEEN_PARTS}).)*"
_ONE_WORD = r"\S+"


def in_words(detail: str) -> list[str]:
    """What was found, part by part, in the language of now."""
    return [capfirst(_in_words(part)) for part in _parts(detail)]


def sentence_of(part: str) -> str | None:
    """Which sentence of the table this is; None for one that it does not know."""
    return next((sentence for sentence, stored in _STORED.items() if stored.fullmatch(part)), None)


def _in_words(part: str) -> str:
    sentence = sentence_of(part)
    met = _STORED[sentence].fullmatch(part) if sentence else None
    return gettext(sentence) % met.groupdict() if sentence and met else part


def _parts(detail: str) -> list[str]:
    """A correction has several; a sentence of the table may have the sign between parts within."""
    return [detail] if sentence_of(detail) else detail.split(BETWEEN_PARTS)


def _as_stored(sentence: str) -> re.Pattern[str]:
    text, *rest = _FIGURE.split(sentence)
    pattern = re.escape(text)
    for name, after in zip(rest[::2], rest[1::2], strict=True):
        pattern += f"(?P<{name}>{_SEVERAL_WORDS if name in _WITH_SPACES else _ONE_WORD}){re.escape(after)}"
    return re.compile(pattern)


_STORED = {sentence: _as_stored(sentence) for sentence in SENTENCES}
