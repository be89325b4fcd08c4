"""`make endurance`: the patient's story in all 128 combinations of what a hospital asks and a browser brings."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from pytest_django.live_server_helper import LiveServer

from tests.browser.combinations.choosing import Combination, every
from tests.browser.combinations.house import open_house
from tests.browser.combinations.story import tell
from tests.browser.conftest import PageMaker

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.flaky(reruns=1),  # as every story in a real browser
]


@pytest.mark.parametrize("combination", every(), ids=str)
def test_a_patient_comes_in_and_leaves(
    live_server: LiveServer, settings: LazySettings, tmp_path: Path, page_at: PageMaker, combination: Combination
) -> None:
    page = page_at(combination.width, javascript=combination.javascript, language=combination.language)
    tell(page, open_house(live_server.url, settings, tmp_path), combination)
