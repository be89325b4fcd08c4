"""A report's plain text as sections that can be shown."""

import re
from dataclasses import dataclass, field

_LONGEST_HEADING = 60
_NAMES = (
    # English
    "clinical information", "clinical history", "history", "indication", "technique", "comparison", "examination",
    "findings", "impression", "conclusion", "recommendation", "addendum",
    # Dutch
    "klinische inlichtingen", "klinische gegevens", "vraagstelling", "indicatie", "techniek", "vergelijking",
    "onderzoek", "bevindingen", "verslag", "besluit", "conclusie", "advies",
    # French
    "renseignements cliniques", "motif", "comparaison", "examen", "résultats", "résultat", "constatations",
    "description", "compte rendu", "conclusions", "recommandation",
    # German
    "klinische angaben", "anamnese", "fragestellung", "indikation", "technik", "vergleich", "untersuchung",
    "befund", "beurteilung", "zusammenfassung", "empfehlung",
)  # fmt: skip
_NAMED = re.compile(
    rf"(?P<heading>{'|'.join(sorted(_NAMES, key=len, reverse=True))})\s*:\s*(?P<rest>.*)", re.IGNORECASE
)


@dataclass
class Section:
    """`heading` is empty for what stands before the first one. Paragraphs keep their line breaks."""

    heading: str
    paragraphs: list[str] = field(default_factory=list)


def sections(text: str) -> list[Section]:
    """Headings as radiologists write them: `Findings:` (with or without text after it), `FINDINGS`, `Any line:`."""
    found = [Section("")]
    paragraph: list[str] = []

    def close() -> None:
        if paragraph:
            found[-1].paragraphs.append("\n".join(paragraph))
            paragraph.clear()

    for line in map(str.strip, text.splitlines()):
        heading, rest = _heading_of(line)
        if heading:
            close()
            found.append(Section(heading))
        if rest:
            paragraph.append(rest)
        elif not heading:
            close()
    close()
    return [section for section in found if section.heading or section.paragraphs]


def _heading_of(line: str) -> tuple[str, str]:
    """The heading a line begins with, and the rest of it."""
    if named := _NAMED.fullmatch(line):
        return named["heading"].capitalize(), named["rest"]
    bare = line.removesuffix(":").rstrip()
    if bare.lower() in _NAMES and bare.isupper():
        return bare.capitalize(), ""
    if not 3 < len(bare) <= _LONGEST_HEADING or bare[-1] in ".,;!?" or not bare[0].isalpha():
        return "", line
    if (line.endswith(":") and bare[0].isupper()) or (bare.isupper() and len(bare.split()) < 6):
        return bare, ""
    return "", line
