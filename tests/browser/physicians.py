"""What the physicians' stories begin with: a practice whose server runs, and a browser that is logged in there."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from accounts.models import User
from studies.models import Study
from tests.factories.accounts import enter_as_patient, log_in


@dataclass(frozen=True)
class Served:
    """Pages of one running server."""

    url: str

    def logged_in(self, page: Page, user: User) -> Page:
        client = Client()
        log_in(client, user)
        return self._with_session(page, client)

    def with_code(self, page: Page, code: UUID) -> Page:
        client = Client()
        enter_as_patient(client, code)
        return self._with_session(page, client)

    def open(self, page: Page, study: Study, name: str = "", query: str = "") -> None:
        page.goto(f"{self.url}/studies/{study.uuid}/{name}{query}")

    def _with_session(self, page: Page, client: Client) -> Page:
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": self.url}])
        return page
