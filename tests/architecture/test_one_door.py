"""Study data is reached through `studies.access` alone: nothing that answers a browser asks the tables itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUARDED = {"Study", "Series", "Instance", "Report", "ReportVersion", "Listing", "Request", "Patient"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
# The demo writes what it shows; commands belong to the operator.
NOT_FOR_BROWSERS = {"demo", "management", "migrations"}
RELATED = re.compile(
    r"\b(series|instances|studies|reports|versions|participants|access_codes|listings)(_set)?\.(all|first|last|exists)\b"
)


def _modules_that_answer() -> list[str]:
    views = [path for app in ("accounts", "groups", "studies") for path in (ROOT / app).rglob("*.py") if _answers(path)]
    portal = [path for path in (ROOT / "portal").rglob("*.py") if not NOT_FOR_BROWSERS & set(path.parts)]
    return sorted(str(path.relative_to(ROOT)) for path in [*views, *portal])


def _answers(path: Path) -> bool:
    return path.stem in {"views", "endpoints", "doors", "forms", "middleware"}


@pytest.mark.parametrize("module", _modules_that_answer())
def test_what_answers_a_browser_asks_no_table_of_study_data(module: str) -> None:
    assert list(_questions(ast.parse((ROOT / module).read_text()))) == []


def test_the_check_notices_a_question() -> None:
    asked = "from studies.models import Study as S\nfrom studies import models\nS.objects.get()\nmodels.Report.objects"
    assert set(_questions(ast.parse(asked))) == {"Study.objects", "Report.objects"}


@pytest.mark.parametrize(
    "template",
    sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html") if "admin" not in path.parts),
)
def test_no_template_asks_a_table(template: str) -> None:
    assert not RELATED.search((ROOT / template).read_text())


def _questions(tree: ast.Module) -> Iterator[str]:
    """`Model.objects` for every guarded model, whatever it was imported as."""
    imported = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            owner = node.value
            name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
            if imported.get(name, name) in GUARDED:
                yield f"{imported.get(name, name)}.{node.attr}"
