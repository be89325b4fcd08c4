"""`--worlds N` (or WORLDS=N): how many generated worlds the access rule is held against."""

import os

import pytest

IN_THE_SUITE = 300


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--worlds", type=int, default=None, help="generated worlds for the access rule (300)")


@pytest.fixture
def world_count(request: pytest.FixtureRequest) -> int:
    asked = request.config.getoption("--worlds", default=None)
    return int(asked or os.environ.get("WORLDS", IN_THE_SUITE))
