"""The practice, and browsers of its physicians."""

import pytest
from django.test import Client

from tests.factories.accounts import log_in

from .practice import Practice, open_practice


@pytest.fixture
def practice(db: None) -> Practice:
    return open_practice()


@pytest.fixture
def gp(practice: Practice) -> Client:
    """The GP's browser, logged in."""
    browser = Client()
    log_in(browser, practice.gp.user)
    return browser


@pytest.fixture
def colleague(practice: Practice) -> Client:
    """The colleague's browser, logged in."""
    browser = Client()
    log_in(browser, practice.colleague.user)
    return browser
