"""Every address of the portal stands in one table with what each kind of visitor gets there.

A new address without a row fails; so does an answer that changed. The admin's addresses follow one rule.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import User
from studies.access_codes import issue
from studies.institutions.permissions import standing_of
from studies.institutions.services import found_institution
from studies.models import AppointmentRole, Institution, ReportStatus, Study
from studies.reports.services import receive
from tests.factories import AppointmentFactory, PhysicianFactory, RequestFactory
from tests.factories.accounts import LONG_AGO, enter_as_patient, log_in
from tests.factories.imaging import ct, delivered, numbered

pytestmark = pytest.mark.django_db

PERSONS = ("visitor", "another patient", "another physician", "the patient", "the requester")
EVERYONE = (200,) * 5
STAFF_ONLY = (302, 302, 403, 302, 403)  # to the login, or refused for want of an appointment
ACCOUNTS_ONLY = (302, 302, 200, 302, 200)
OWN_DEVICES = (302, 302, 404, 302, 404)  # there is none with this handle
BY_POST = {
    "accounts:send_token",
    "accounts:second_factor_options",
    "accounts:passkey_login",
    "accounts:passkey_login_options",
    "accounts:set_up_options",
    "accounts:again_send",
    "accounts:again_options",
    "accounts:forget_browser",
    "accounts:add_factor_options",
    "accounts:end_sessions",
    "portal:language",
    "portal:theme",
    "portal:tell_me",
    "portal:for_someone_else",
    "portal:longer",
    "portal:desk_search",
    "portal:desk_letter",
    "portal:desk_send",
    "portal:desk_patient",
    "portal:desk_release",
    "portal:desk_code",
    "portal:desk_answer",
    "accounts:logout",
    "accounts:eid_nonce",
    "accounts:eid_bind_by_login",
    "accounts:eid_register",
    "accounts:register_again",
    "accounts:register_phone_again",
    "accounts:register_phone_number",
    "accounts:stop_own_recovery",
    "accounts:withdraw_number",
    "accounts:change_phone_token",
    "accounts:change_phone_send",
    "accounts:change_without_old",
    "accounts:give_up_change",
    "accounts:finish_change",
    "accounts:own_data",
    "portal:send_token",
    "portal:token_way",
    "portal:token_not_mine",
    "portal:twilio_webhook",
    "portal:mollie_webhook",
    "portal:stripe_webhook",
}
TABLE: dict[str, tuple[int, ...]] = {
    # name:                visitor, another patient, another physician, the patient, the requester
    "portal:home": EVERYONE,
    "portal:patient": EVERYONE,
    "portal:token": (302,) * 5,
    "portal:send_token": (302,) * 5,
    "portal:token_way": (302,) * 5,
    "portal:token_not_mine": (302,) * 5,
    "portal:twilio_webhook": (404,) * 5,  # without Twilio there is none
    "portal:payment": (302,) * 5,
    "portal:payment_return": (200, 302, 200, 302, 200),  # come in again, or go on
    "portal:receipt": (404,) * 5,
    "portal:local_payment": (404,) * 5,  # nobody began one
    "portal:mollie_webhook": EVERYONE,
    "portal:stripe_webhook": EVERYONE,
    "portal:request": (302, 200, 302, 200, 302),  # the patient's own request, whichever that is
    "portal:download": (302, 404, 302, 200, 302),  # another patient's request has no images
    "portal:download_pictures": (302, 404, 302, 200, 302),
    "portal:lost": EVERYONE,
    "portal:link": (303,) * 5,
    "portal:desk": STAFF_ONLY,
    "portal:desk_search": STAFF_ONLY,
    "portal:desk_institution": STAFF_ONLY,
    "portal:desk_letters": STAFF_ONLY,
    "portal:desk_request": STAFF_ONLY,
    "portal:desk_letter": STAFF_ONLY,
    "portal:desk_send": STAFF_ONLY,
    "portal:desk_patient": STAFF_ONLY,
    "portal:desk_release": STAFF_ONLY,
    "portal:desk_code": STAFF_ONLY,
    "portal:desk_answer": STAFF_ONLY,
    "portal:longer": (302,) * 5,
    "portal:tell_me": (302,) * 5,
    "portal:calendar": (302, 404, 302, 404, 302),  # nothing opens on a known day
    "portal:for_someone_else": (302,) * 5,
    "portal:wrong_data": (302, 200, 302, 200, 302),
    "portal:stop": (302, 404, 302, 404, 302),  # of a look that never was
    "portal:language": (302,) * 5,
    "portal:theme": (302,) * 5,
    "portal:health": EVERYONE,
    "portal:robots": EVERYONE,
    "accounts:login": (200, 200, 302, 200, 302),
    "accounts:second_factor": (302,) * 5,
    "accounts:send_token": (302,) * 5,
    "accounts:second_factor_options": (403,) * 5,
    "accounts:passkey_login": EVERYONE,  # the login page again, which says that there was no passkey
    "accounts:passkey_login_options": EVERYONE,
    "accounts:set_up": (302,) * 5,
    "accounts:set_up_factor": (302,) * 5,
    "accounts:set_up_options": (403,) * 5,
    "accounts:again": ACCOUNTS_ONLY,
    "accounts:again_send": (302,) * 5,
    "accounts:again_options": ACCOUNTS_ONLY,
    "accounts:devices": ACCOUNTS_ONLY,
    "accounts:backup_codes": ACCOUNTS_ONLY,
    "accounts:forget_browser": (302,) * 5,
    "accounts:add_factor": ACCOUNTS_ONLY,
    "accounts:add_factor_options": ACCOUNTS_ONLY,
    "accounts:name_device": OWN_DEVICES,
    "accounts:remove_device": OWN_DEVICES,
    "accounts:sessions": ACCOUNTS_ONLY,
    "accounts:end_sessions": (302,) * 5,
    "accounts:eid_login": (200, 200, 302, 200, 302),
    "accounts:eid_nonce": EVERYONE,
    "accounts:eid_bind_by_login": (302,) * 5,  # nobody showed a card
    "accounts:eid_register": (302,) * 5,
    "accounts:eid": ACCOUNTS_ONLY,
    "accounts:eid_again": (302,) * 5,  # there is no card to show
    "accounts:eid_remove": (302,) * 5,  # there is none to take off
    "accounts:logout": (302,) * 5,
    "accounts:stay": EVERYONE,
    "accounts:register": (200, 200, 302, 200, 302),  # whoever has an account is led to where it stands
    "accounts:register_sent": (302,) * 5,
    "accounts:register_again": (302,) * 5,
    "accounts:register_link": (303,) * 5,
    "accounts:register_password": (404,) * 5,  # without a link
    "accounts:register_phone": (302,) * 5,
    "accounts:register_phone_again": (302,) * 5,
    "accounts:register_phone_number": (302,) * 5,
    "accounts:register_status": (302,) * 5,  # to the login, or to the studies of whoever did not register
    "accounts:invitation_link": (303,) * 5,
    "accounts:invitation": (404,) * 5,
    "accounts:invitation_done": (302,) * 5,  # nobody accepted one
    "accounts:reset": EVERYONE,
    "accounts:reset_sent": (302,) * 5,  # nobody asked
    "accounts:reset_link": (303,) * 5,
    "accounts:reset_password": (404,) * 5,  # without a link
    "accounts:reset_done": EVERYONE,
    "accounts:lost_factor": (302,) * 5,  # of whoever gave the right password just now
    "accounts:stop_recovery_link": (303,) * 5,
    "accounts:stop_recovery": (404,) * 5,
    "accounts:stopped": EVERYONE,
    "accounts:account": ACCOUNTS_ONLY,
    "accounts:stop_own_recovery": (302,) * 5,
    "accounts:change_password": ACCOUNTS_ONLY,
    "accounts:numbers": ACCOUNTS_ONLY,
    "accounts:withdraw_number": (302, 302, 404, 302, 404),  # nobody's
    "accounts:change_mail": ACCOUNTS_ONLY,
    "accounts:change_phone": ACCOUNTS_ONLY,
    "accounts:change_phone_token": (302,) * 5,
    "accounts:change_phone_send": (302,) * 5,
    "accounts:change_without_old": (302,) * 5,
    "accounts:give_up_change": (302,) * 5,
    "accounts:finish_change": (302,) * 5,
    "accounts:own_data": ACCOUNTS_ONLY,
    "accounts:close_account": ACCOUNTS_ONLY,
    "accounts:account_closed": EVERYONE,
    "accounts:change_new_link": (303,) * 5,
    "accounts:change_new": (404,) * 5,
    "accounts:change_old_link": (303,) * 5,
    "accounts:change_old": (404,) * 5,
    "accounts:stop_change_link": (303,) * 5,
    "accounts:stop_change": (404,) * 5,
    "accounts:change_confirmed": EVERYONE,
    "studies:overview": (302, 302, 200, 302, 200),
    "studies:study": (302, 404, 404, 200, 200),
    "studies:viewer": (302, 404, 404, 200, 200),
    "studies:report": (302, 404, 404, 200, 200),
    "studies:picture": (404, 404, 404, 200, 200),
    "studies:document": (404, 404, 404, 200, 200),
    "studies:report_pdf": (404, 404, 404, 200, 200),
    "studies:download": (404, 404, 404, 200, 200),
    "studies:download_pictures": (404, 404, 404, 200, 200),
}


@dataclass(frozen=True)
class Town:
    """A hospital with a study that has everything, its patient and its requester, and others of the same kind."""

    hospital: Institution
    study: Study
    accounts: dict[str, User]
    codes: dict[str, UUID]

    def browser(self, person: str) -> Client:
        browser = Client()
        if person in self.accounts:
            log_in(browser, self.accounts[person])
        elif person in self.codes:
            enter_as_patient(browser, self.codes[person])
        return browser

    def address(self, name: str) -> str:
        instances = {kind: self._instance(kind) for kind in ("image", "document")}
        wanted: dict[str, dict[str, object]] = {
            "studies:picture": {"instance": instances["image"], "frame": 1, "name": "preview"},
            "portal:local_payment": {"payment": uuid4()},
            "studies:document": {"instance": instances["document"]},
            "portal:stop": {"look": uuid4()},
            "portal:link": {"text": "7QK4M2XR9DTH"},
            "accounts:register_link": {"token": "nobody's"},
            "accounts:invitation_link": {"token": "nobody's"},
            "portal:desk_code": {"code": self.codes["the patient"], "deed": "revoke"},
            "portal:desk_answer": {"message": uuid4()},
            "accounts:reset_link": {"token": "nobody's"},
            "accounts:stop_recovery_link": {"token": "nobody's"},
            "accounts:change_new_link": {"token": "nobody's"},
            "accounts:change_old_link": {"token": "nobody's"},
            "accounts:stop_change_link": {"token": "nobody's"},
            "accounts:change_without_old": {"kind": "mail"},
            "accounts:give_up_change": {"kind": "mail"},
            "accounts:finish_change": {"kind": "mail"},
            "accounts:withdraw_number": {"claim": uuid4()},
            "accounts:set_up_factor": {"kind": "app"},
            "accounts:add_factor": {"kind": "app"},
            "accounts:name_device": {"handle": "0"},
            "accounts:remove_device": {"handle": "0"},
        }
        of_a_request = {"portal:desk_request", "portal:desk_letter", "portal:desk_send"}
        of_a_request |= {"portal:desk_patient", "portal:desk_release"}
        wanted |= {about: {"request_uuid": self.study.request.uuid} for about in of_a_request}
        takes_study = name.startswith("studies:") and name != "studies:overview"
        return reverse(name, kwargs=({"study": self.study.uuid} if takes_study else {}) | wanted.get(name, {}))

    def _instance(self, kind: str) -> UUID:
        instances = (instance for series in self.study.series.all() for instance in series.instances.filter(kind=kind))
        return next(instances).uuid


@pytest.fixture
def town() -> Town:
    hospital = found_institution(slug="az", name="AZ Sint-Example", actor=SYSTEM, at=LONG_AGO)
    requester, stranger = PhysicianFactory(), PhysicianFactory()
    study = delivered(hospital, ct(), numbered(requester), document="Dose report", arrived_at=LONG_AGO)
    receive(study.request, ReportStatus.FINAL, "No fracture.", "Dr E. Lambert", SYSTEM, LONG_AGO)
    now = timezone.now()
    others = RequestFactory(patient__institution=hospital)
    return Town(
        hospital,
        study,
        {"the requester": requester.user, "another physician": stranger.user},
        {
            "the patient": issue(study.request, SYSTEM, now).code.uuid,
            "another patient": issue(others, SYSTEM, now).code.uuid,
        },
    )


def test_every_address_has_a_name_and_a_row_and_every_row_an_address() -> None:
    named = {name for name, _ in addresses() if not name.startswith("admin:")}
    assert named == set(TABLE)


def test_everyone_gets_what_the_table_says(town: Town) -> None:
    assert {name: tuple(_answer(town, name, person) for person in PERSONS) for name in TABLE} == TABLE


@pytest.mark.parametrize("person", ["another patient", "another physician"])
def test_what_may_not_be_seen_answers_like_what_is_not_there(town: Town, person: str) -> None:
    browser = town.browser(person)
    browser.get(f"/studies/{uuid4()}/")  # what a process looks up once is not counted
    hidden_ones = (name for name, answers in TABLE.items() if answers[1] == answers[2] == 404)
    for name in (name for name in hidden_ones if name.startswith("studies:")):
        hidden = town.address(name)
        missing = hidden.replace(str(town.study.uuid), str(uuid4()))
        seen = [_words_and_queries(browser, address) for address in (hidden, missing)]
        assert seen[0] == seen[1], name


def test_nobody_without_an_appointment_gets_into_any_page_of_the_admin(town: Town) -> None:
    browsers = [town.browser(person) for person in PERSONS]
    answers = {
        name: tuple(browser.get(_admin_address(name, pattern)).status_code for browser in browsers)
        for name, pattern in addresses()
        if name.startswith("admin:")
    }
    assert len(answers) > 10
    assert answers == dict.fromkeys(answers, STAFF_ONLY)


@pytest.mark.parametrize("role", AppointmentRole.values)
def test_staff_get_the_lists_that_their_role_may_view_and_no_others(town: Town, role: str) -> None:
    worker = AppointmentFactory(institution=town.hospital, role=role).user
    may = standing_of(worker, timezone.now()).permissions
    browser = Client()
    log_in(browser, worker)
    for name, pattern in addresses():
        if name.startswith("admin:") and name.endswith("_changelist"):
            app, model = name.removeprefix("admin:").removesuffix("_changelist").split("_", 1)
            allowed = f"{app}.view_{model}" in may
            assert browser.get(_admin_address(name, pattern)).status_code == (200 if allowed else 403), name


def addresses() -> Iterator[tuple[str, URLPattern]]:
    """Every named address; the test fails on one without a name."""
    yield from _below(get_resolver(), "")


def _below(resolver: URLResolver, namespace: str) -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _below(entry, inner)
        elif not _is_only_a_redirect(entry, namespace):
            assert entry.name, f"{entry.pattern} has no name"
            yield namespace + entry.name, entry


def _is_only_a_redirect(entry: URLPattern, namespace: str) -> bool:
    """Django's admin sends addresses of before 1.9, and whatever it does not know, on to where they are now."""
    return namespace == "admin:" and entry.name is None


def _admin_address(name: str, pattern: URLPattern) -> str:
    values = {"app_label": "studies", "url": "nowhere"}
    return reverse(name, kwargs={key: values.get(key, str(uuid4())) for key in pattern.pattern.regex.groupindex})


def _words_and_queries(browser: Client, address: str) -> tuple[int, str, int]:
    """The answer without its one-time values, its clock and its own address, and how many queries it took."""
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(address)
    words = re.sub(r'(name="csrfmiddlewaretoken" value|nonce|data-timeout)="[^"]*"', "", answer.content.decode())
    return answer.status_code, words.replace(address, ""), len(queries)


def _answer(town: Town, name: str, person: str) -> int:
    browser = town.browser(person)
    ask = browser.post if name in BY_POST else browser.get
    return ask(town.address(name)).status_code
