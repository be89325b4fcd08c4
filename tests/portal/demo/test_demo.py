"""The demo: seeded once for these tests with small pictures, then looked at from every door."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings
from rich.console import Console

from accounts.audit.actor import SYSTEM, Actor, ActorKind
from accounts.models import TotpDevice, User
from accounts.second_factor.totp import step_of, token_at, verify_totp
from portal.demo.phantoms.series import Detail
from portal.demo.seeding import seed
from portal.demo.tables import show
from portal.management.commands.demo import SMALL
from portal.patient_login.second_factor.ways import ways_of
from portal.patient_login.steps import Step, due_step, shows_something
from studies.access.grants import Grant
from studies.access.queries import grants_for, visible_studies
from studies.access.viewers import AccountViewer, PatientViewer
from studies.access_codes import Birth, Outcome, enter, revoke
from studies.access_codes.demands import effective_second_factor, owes_payment
from studies.institutions.appointments import administrators
from studies.institutions.permissions import holds_appointment
from studies.models import (
    AccessCode,
    Instance,
    InstanceKind,
    Institution,
    Patient,
    PatientSecondFactor,
    PixelState,
    Request,
    Study,
)

pytestmark = pytest.mark.django_db
Document = dict[str, list[dict[str, Any]]]


def run_demo(*options: str) -> Document:
    out = StringIO()
    call_command("demo", "--small", "--json", *options, stdout=out)
    document: Document = json.loads(out.getvalue())
    return document


@pytest.fixture(scope="module")
def cast(django_db_setup: None, django_db_blocker: Any) -> Iterator[Document]:
    """What the first run printed; each test then starts from that database."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield run_demo()
        transaction.set_rollback(True)


def entered(patient: dict[str, Any], at: datetime) -> AccessCode:
    entry = enter(patient["code"], Birth(patient["day"], patient["month"], patient["year"]), "192.0.2.7", at)
    assert entry.outcome is Outcome.ENTERED, patient["name"]
    assert entry.code is not None
    return entry.code


def seen_by(username: str) -> set[str]:
    user = User.objects.select_related("physician").get(username=username)
    viewer = AccountViewer(user.pk, user.physician.pk, Actor(ActorKind.ACCOUNT, user.uuid), by_sms=False)
    return {study.description for study in visible_studies(viewer, timezone.now())}


def grants_of(accession: str, at: datetime) -> list[Grant]:
    request = Request.objects.get(accession_number=accession)
    code = AccessCode.objects.get(request=request)
    studies = list(Study.objects.filter(request=request).order_by("pk"))
    grants = grants_for(PatientViewer(code, Actor(ActorKind.PATIENT, code.uuid)), studies, at)
    return [grants[study.pk] for study in studies]


def test_the_document_has_exactly_the_promised_shape(cast: Document) -> None:
    assert list(cast) == ["institutions", "patients", "physicians", "staff"]
    assert [set(one) for one in cast["institutions"]] == [{"slug", "name"}] * 3
    person = {"name", "code", "day", "month", "year", "second_factor", "pays"}
    assert [set(one) for one in cast["patients"]] == [person] * 17
    account = {"username", "password", "totp_secret", "role"}
    assert all(set(one) == account for one in (*cast["physicians"], *cast["staff"]))
    assert all(isinstance(one[part], int) for one in cast["patients"] for part in ("day", "month", "year"))


def test_a_second_run_changes_nothing_and_prints_the_same(cast: Document) -> None:
    kinds = (Institution, User, TotpDevice, Patient, Request, Study, Instance, AccessCode)
    before = [kind.objects.count() for kind in kinds]

    assert run_demo() == cast

    assert [kind.objects.count() for kind in kinds] == before


def test_every_patient_comes_in_and_has_something_to_see(cast: Document) -> None:
    now = timezone.now()
    for patient in cast["patients"]:
        code = entered(patient, now)
        studies = list(Study.objects.filter(request=code.request))
        grants = grants_for(PatientViewer(code, Actor(ActorKind.PATIENT, code.uuid)), studies, now).values()
        assert any(grant.images.allowed or grant.report.allowed for grant in grants), patient["name"]


def test_patients_of_every_useful_combination_are_asked_for_what_the_cast_says(cast: Document) -> None:
    now = timezone.now()
    asked = []
    for patient in cast["patients"]:
        code = entered(patient, now)
        asked.append((effective_second_factor(code).value, owes_payment(code)))
        assert asked[-1] == (patient["second_factor"], patient["pays"]), patient["name"]

    assert asked[:12] == [("none", False)] * 12
    assert asked[12:] == [("sms", False), ("otp", False), ("none", True), ("sms", True), ("otp", True)]


def test_a_token_has_a_way_that_the_desk_knows_of(cast: Document) -> None:
    now = timezone.now()
    for patient in cast["patients"]:
        ways = [way.channel.value for way in ways_of(entered(patient, now), now)]
        assert ways == {"none": [], "sms": ["sms"], "otp": ["mail"]}[patient["second_factor"]], patient["name"]


def test_whoever_is_asked_for_more_has_something_to_see_before_and_is_led_there(cast: Document) -> None:
    now = timezone.now()
    for patient in cast["patients"]:
        code = entered(patient, now)
        wanted = Step.REQUEST
        if patient["pays"]:
            wanted = Step.PAYMENT
        elif patient["second_factor"] != "none":
            wanted = Step.SECOND_FACTOR
        assert due_step(code, PatientSecondFactor.NONE, shows_something(code, now)) is wanted, patient["name"]


def test_what_was_paid_is_not_asked_for_again_in_the_next_cast(cast: Document) -> None:
    now = timezone.now()
    pays = next(patient for patient in cast["patients"] if patient["pays"])
    AccessCode.objects.filter(pk=entered(pays, now).pk).update(settled_at=now)

    again = run_demo()

    assert next(one for one in again["patients"] if one["name"] == pays["name"]) == {**pays, "pays": False}


def test_what_the_desk_changed_in_how_a_patient_is_reached_stays(cast: Document) -> None:
    Patient.objects.filter(patient_id="K00311").update(mobile="+32470999999")

    assert run_demo() == cast

    assert Patient.objects.get(patient_id="K00311").mobile == "+32470999999"


def test_the_table_says_what_is_asked_and_where_tokens_land(cast: Document, settings: Settings) -> None:
    settings.SMS_URL, settings.EMAIL_URL = "file:///tmp/messages", "smtp+tls://somebody:secret@mail.example.org:587"
    settings.PAYMENT_URL = "local:"
    console = Console(width=220, record=True, file=StringIO())

    show(seed(timezone.now(), Detail(), lambda _told: None), console, timezone.now())

    printed = console.export_text()
    assert {"pays, sms", "pays, otp"} <= {cell.strip() for cell in re.split("[│┃\n]", printed)}
    assert "Tokens by SMS: files in /tmp/messages (SMS_URL)" in printed
    assert "Tokens by mail: sent with smtp+tls (EMAIL_URL)" in printed
    assert "Payments: played on a page of this portal" in printed
    assert "somebody:secret" not in printed


def test_a_code_that_was_used_up_is_followed_by_another_that_works(cast: Document) -> None:
    now = timezone.now()
    first = cast["patients"][0]
    revoke(entered(first, now), SYSTEM, now)

    again = run_demo()

    assert again["patients"][0]["code"] != first["code"]
    assert again["patients"][1:] == cast["patients"][1:]
    entered(again["patients"][0], timezone.now())


def test_everybody_logs_in_with_password_and_token(cast: Document) -> None:
    now = timezone.now()
    for account in (*cast["physicians"], *cast["staff"]):
        user = User.objects.get(username=account["username"])
        assert user.check_password(account["password"])
        assert verify_totp(user, token_at(account["totp_secret"], step_of(now)), now), account["username"]


def test_every_institution_has_somebody_who_administers_it(cast: Document) -> None:
    now = timezone.now()
    for institution in Institution.objects.all():
        assert administrators(institution, now).exists(), institution.name


def test_the_staff_of_a_demo_that_is_months_old_still_works_there(cast: Document) -> None:
    desk = User.objects.get(username=next(each["username"] for each in cast["staff"] if "desk" in each["role"]))
    later = timezone.now() + timedelta(days=300)
    assert not holds_appointment(desk, later)
    seed(later, SMALL, lambda _: None)
    assert holds_appointment(desk, later)


def test_a_changed_password_is_set_back_so_that_what_is_printed_works(cast: Document) -> None:
    user = User.objects.get(username=cast["staff"][0]["username"])
    user.set_password("something else entirely")
    user.save()

    again = run_demo()

    user.refresh_from_db()
    assert user.check_password(again["staff"][0]["password"])
    assert again == cast


def test_physicians_see_their_own_studies(cast: Document) -> None:
    dubois, aydin, lefevre = (seen_by(physician["username"]) for physician in cast["physicians"])

    assert "CT hoofd" in dubois
    assert "CT hoofd" not in aydin | lefevre
    assert "MRI hersenen" in aydin, "also what is still awaited"
    assert lefevre == {"Mammografie", "Mammographie de dépistage", "Échographie de l'abdomen"}


def test_what_the_hospitals_decided_is_what_the_patients_get(cast: Document) -> None:
    now = timezone.now()
    waits = grants_of("AZ26-004711", now)[0]
    assert waits.images.allowed
    assert (waits.report.allowed, waits.report.withheld) == (False, "delay")
    assert waits.report.opens_at is not None
    assert timedelta(days=3) < waits.report.opens_at - now < timedelta(days=5)
    assert [grant.report.allowed for grant in grants_of("AZ26-004502", now)] == [True, True]
    withheld = grants_of("P-2026-8790", now)[0]
    assert (withheld.images.withheld, withheld.report.allowed) == ("policy", True)
    assert grants_of("P-2026-8755", now)[0].report.withheld == "cancelled"
    assert grants_of("AZ26-004733", now)[0].report.withheld == "preliminary"
    assert grants_of("AZ26-004390", now)[0].report_status == "corrected"
    assert grants_of("AZ26-004790", now)[0].images.withheld == "awaited"


def test_who_was_born_when_is_not_known_has_no_code_and_a_year_alone_is_enough(cast: Document) -> None:
    assert not AccessCode.objects.filter(request__accession_number="AZ26-004688").exists()
    jeanne = Patient.objects.get(name_alphabetic="Dupont^Jeanne^^Mme")
    assert (jeanne.birth_year, jeanne.birth_month, jeanne.birth_day) == (1931, None, None)
    assert AccessCode.objects.filter(request__patient=jeanne).count() == 1


def test_names_keep_their_scripts(cast: Document) -> None:
    names = Patient.objects.values_list("name_ideographic", "name_phonetic")
    assert ("山田^太郎", "やまだ^たろう") in names
    assert {("العلوي^فاطمة الزهراء", ""), ("Соколов^Дмитрий", "")} <= set(names)
    assert "Ελένη Παπαδοπούλου" in [patient["name"] for patient in cast["patients"]]


def test_every_kind_of_picture_is_ready_and_a_page_without_pixels_is_kept(cast: Document) -> None:
    pictures = Instance.objects.filter(kind=InstanceKind.IMAGE)
    assert set(pictures.values_list("pixel_state", flat=True)) == {PixelState.READY}
    assert set(pictures.values_list("series__modality", flat=True)) == {"CT", "MR", "DX", "MG", "US"}
    assert pictures.filter(frames__gt=1, frame_milliseconds__gt=0).count() == 3
    assert Instance.objects.filter(kind=InstanceKind.DOCUMENT).count() == 1


def test_a_narrow_terminal_shows_codes_and_passwords_whole(cast: Document) -> None:
    out = StringIO()
    show(seed(timezone.now(), SMALL, lambda _: None), Console(file=out, width=80), timezone.now())
    printed = out.getvalue()
    assert "…" not in printed, "cut off"
    assert all(patient["code"] in printed for patient in cast["patients"])
