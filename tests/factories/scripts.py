"""Names that not every machine can print."""

import pytest
import typst

from accounts import papers

CLAIM = b"<pdfuaid:part>1</pdfuaid:part>"
SAYS_SO = "A box stands in the place of each."
# None of the typefaces that typst carries has these.
UNPRINTABLE = {
    "Amharic": "አበበ በቀለ",
    "Khmer": "សុខ ដារ៉ា",
    "an emoji": "Anna \U0001f600",
    "a character for private use": "Anna \U000f0000",
    "a control character": "An\x01na",
}


def without_further_typefaces(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine that has no typeface of its own."""
    bare = typst.Fonts(include_system_fonts=False)
    monkeypatch.setattr(papers, "typefaces", lambda: bare)
