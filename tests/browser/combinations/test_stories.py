"""What a hospital may ask, on what patients come with: every two things together, in each run of the suite.

`make endurance` tells all of them.
"""

from pathlib import Path

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import PageMaker, assert_accessible

from .choosing import Combination, few
from .house import House, open_house
from .story import tell

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(live_server: LiveServer, settings: LazySettings, tmp_path: Path) -> House:
    return open_house(live_server.url, settings, tmp_path)


@pytest.mark.parametrize("combination", few(), ids=str)
def test_a_patient_comes_in_and_leaves(house: House, page_at: PageMaker, combination: Combination) -> None:
    def look(page: Page, _name: str) -> None:
        if combination.javascript:  # axe is a script itself
            assert_accessible(page)

    page = page_at(combination.width, javascript=combination.javascript, language=combination.language)
    tell(page, house, combination, look)
