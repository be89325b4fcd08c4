"""What others made is written down, licence and purpose, and none of it is GPL where it would bind us."""

import json
import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata

import pytest

from tests.programs import ROOT

PAGE = (ROOT / "THIRD_PARTY.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
# A program that checks templates and is never imported.
BESIDE = {"djlint"}


def names(requirements: list[str]) -> list[str]:
    return [re.match(r"[\w.-]+", line)[0] for line in requirements]  # type: ignore[index]


PYTHON = names(PROJECT["dependencies"]) + names(PROJECT["optional-dependencies"]["dev"])
NPM = [
    name
    for kind in ("dependencies", "devDependencies")
    for name in json.loads((ROOT / "front/package.json").read_text()).get(kind, {})
]


@pytest.mark.parametrize("name", [*PYTHON, *NPM])
def test_every_direct_dependency_is_named(name: str) -> None:
    plain = re.sub(r"[-_]", "-", PAGE.lower())
    assert re.search(rf"\| (?:[^|\n]*, )?{re.escape(re.sub('[-_]', '-', name.lower()))}(?:,[^|\n]*)? \|", plain), name


@pytest.mark.parametrize("name", PYTHON)
def test_nothing_is_gpl_but_what_only_runs_beside(name: str) -> None:
    try:
        about = metadata(name)
    except PackageNotFoundError:
        pytest.skip(f"{name} is not installed")
    classifiers = [line for line in about.get_all("Classifier") or [] if line.startswith("License")]
    licence = " ".join([about["License-Expression"] or "", (about["License"] or "")[:80], *classifiers])
    assert name in BESIDE or not re.search(r"(?<!L)GPL", licence), licence
