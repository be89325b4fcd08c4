import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.studies.overview.conftest import *
def test_q(browser, requested):
    requested()
    browser.get("/studies/")
    with CaptureQueriesContext(connection) as c:
        browser.get("/studies/")
    for q in c.captured_queries: print(q["sql"][:260]); print()
