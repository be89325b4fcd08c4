"""Anna's request at Sint-Example, and somebody outside who watches every answer."""

from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.portal.second_factor.conftest import house_at
from tests.portal.second_factor.house import House

from .watching import Watch, watching


@pytest.fixture
def house(db: None, settings: LazySettings, tmp_path: Path) -> House:
    return house_at(settings, tmp_path)


@pytest.fixture
def watch(db: None) -> Watch:
    return watching()
