"""Papers as PDF/UA (ISO 14289-1), made with typst in memory; what a typeface lacks never keeps one from being made.

PDF/UA forbids a character that stands for nothing (§7.21.8), and no machine has a typeface for every script. A document
with such a character goes without the claim, a box in the character's place, and the paper that holds it says so.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import typst
from django.utils import translation
from django.utils.translation import gettext as _

Paper = Mapping[str, object]


def pdf_of(template: Path, papers: Sequence[Paper], timestamp: int | None = None) -> bytes:
    """The document that a typst template makes of `papers`, which reach it as JSON in `sys.inputs.papers`.

    What they hold is data and never read as markup. `lang` of each is its language; `note` comes with each: the
    sentence about boxes, or nothing. `timestamp` (seconds of Unix time) makes the same papers the same file.
    """
    try:
        return _compiled(template, [{**paper, "note": ""} for paper in papers], timestamp, claim=True)
    except typst.TypstError:
        noted = [{**paper, "note": _note(template, paper)} for paper in papers]
        return _compiled(template, noted, timestamp, claim=False)


def _note(template: Path, paper: Paper) -> str:
    """What a paper says of its boxes; nothing where it has none."""
    try:
        _compiled(template, [{**paper, "note": ""}], None, claim=True)
    except typst.TypstError:
        with translation.override(str(paper["lang"])):
            return _("Some characters cannot be printed here. A box stands in the place of each.")
    return ""


def _compiled(template: Path, papers: Sequence[Paper], timestamp: int | None, *, claim: bool) -> bytes:
    # A compiler for each: threads must not share one.
    compiler = typst.Compiler(str(template), root=str(template.parent), font_paths=typefaces())
    inputs = {"papers": json.dumps(papers, ensure_ascii=False)}
    pdf = compiler.compile(
        format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"] if claim else [], timestamp=timestamp
    )
    assert isinstance(pdf, bytes)  # noqa: S101 - only pictures come in several
    return pdf


@cache
def typefaces() -> typst.Fonts:
    """Those that typst carries; the machine's own where those lack a character: names come in every script."""
    return typst.Fonts(include_system_fonts=True)
