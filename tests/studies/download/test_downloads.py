"""A download as a browser sees it: who gets it, how it goes on after it broke off, what is written down."""

from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings as live_settings
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent
from studies.access_codes.services import issue
from studies.archive.layout import folder_of
from studies.download import sending
from studies.download.ranges import NotSatisfiable, asked_range
from studies.download.slots import Slots
from studies.institutions.services import save_policy
from studies.models import Audience, Instance, PolicyRule, ReportStatus
from studies.reports.services import receive
from tests.factories.accounts import enter_as_patient
from tests.factories.scripts import CLAIM, SAYS_SO, UNPRINTABLE, without_further_typefaces
from tests.studies.viewer.practice import Practice

from .conftest import Opener

FILES = ("download", "download_pictures", "report_pdf")


def downloads() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=AuditAction.DOWNLOADED).order_by("pk"))


def requesters_may(practice: Practice, **changes: bool) -> None:
    rule = PolicyRule.objects.get(institution=practice.hospital, audience=Audience.REQUESTER, modality="")
    for name, value in changes.items():
        setattr(rule, name, value)
    save_policy(rule, SYSTEM, timezone.now())


def test_a_download_is_a_file_that_no_browser_keeps(practice: Practice, gp: Client) -> None:
    answer = gp.get(practice.page("download"))
    assert answer["Content-Type"] == "application/zip"
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Content-Disposition"] == 'attachment; filename="images-2026-11-18.zip"'
    assert int(answer["Content-Length"]) == len(answer.getvalue())
    asked = gp.head(practice.page("download"))
    assert (asked["Content-Length"], asked["ETag"], asked.content) == (answer["Content-Length"], answer["ETag"], b"")


def test_the_patient_gets_it_with_the_code_and_nobody_after_it_was_revoked(practice: Practice) -> None:
    code = issue(practice.study.request, SYSTEM, timezone.now()).code
    browser = Client()
    enter_as_patient(browser, code.uuid)
    assert {browser.get(practice.page(name)).status_code for name in FILES} == {200}
    code.revoked_at = timezone.now()
    code.save()
    assert {browser.get(practice.page(name)).status_code for name in FILES} == {404}


def test_a_code_for_the_images_alone_gets_no_report(practice: Practice, opened: Opener) -> None:
    code = issue(practice.study.request, SYSTEM, timezone.now(), report=False).code
    browser = Client()
    enter_as_patient(browser, code.uuid)
    archive = opened(browser, practice.page("download"))
    assert "report.pdf" not in archive.namelist()
    assert b"report.pdf" not in archive.read("index.html")
    assert browser.get(practice.page("report_pdf")).status_code == 404


def test_whoever_may_read_the_report_alone_gets_the_report_alone(practice: Practice, gp: Client) -> None:
    requesters_may(practice, images=False)
    assert [gp.get(practice.page(name)).status_code for name in FILES] == [404, 404, 200]


def test_the_report_is_a_pdf_for_every_reader(practice: Practice, gp: Client) -> None:
    answer = gp.get(practice.page("report_pdf"))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="report-2026-11-18.pdf"'
    assert answer.content.startswith(b"%PDF-")
    assert b"pdfuaid" in answer.content  # says of itself that it keeps PDF/UA
    assert answer.content == gp.get(practice.page("report_pdf")).content
    row = downloads()[0]
    assert (row.study, row.audience, row.details) == (practice.study.uuid, "requester", {"content": "report"})


@pytest.mark.parametrize("said", ["洪^吉洞", "حسن^ليلى", '#panic("no") $x$ *b*^_i_', "\U0001f600^Anna"])
def test_whatever_somebody_is_called_and_a_radiologist_writes_the_report_can_be_had(
    practice: Practice, gp: Client, said: str
) -> None:
    patient = practice.study.request.patient
    patient.name_alphabetic = said
    patient.save()
    receive(practice.study.request, ReportStatus.CORRECTED, f"Findings: {said} ≥ 3 ✓", said, SYSTEM, timezone.now())
    assert gp.get(practice.page("report_pdf")).content.startswith(b"%PDF-")


@pytest.mark.parametrize("name", UNPRINTABLE.values(), ids=UNPRINTABLE)
def test_a_report_about_whoever_cannot_be_printed_says_so(
    practice: Practice, gp: Client, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_further_typefaces(monkeypatch)
    patient = practice.study.request.patient
    patient.name_alphabetic = name
    patient.save()
    pdf = gp.get(practice.page("report_pdf")).content
    with pypdfium2.PdfDocument(pdf) as document:
        words = " ".join(document[0].get_textpage().get_text_range().split())
    assert SAYS_SO in words
    assert "no fracture" in words
    assert CLAIM not in pdf


def test_a_download_is_written_down_with_its_size_and_why(practice: Practice, gp: Client) -> None:
    answer = gp.get(practice.page("download"))
    row = downloads()[0]
    assert (row.actor, row.study, row.audience) == (practice.gp.user.uuid, practice.study.uuid, "requester")
    assert (row.details["content"], row.details["bytes"]) == ("images", int(answer["Content-Length"]))
    assert AuditEvent.objects.filter(action=AuditAction.LOOKED_AT_IMAGES).count() == 1
    gp.get(practice.page("download"))
    assert len(downloads()) == 2


def test_what_broke_off_goes_on_and_is_still_one_download(practice: Practice, gp: Client) -> None:
    address = practice.page("download")
    first = gp.get(address)
    content, etag = first.getvalue(), first["ETag"]
    rest = gp.get(address, headers={"Range": "bytes=1000-", "If-Range": etag})
    assert rest.status_code == 206
    assert rest["Content-Range"] == f"bytes 1000-{len(content) - 1}/{len(content)}"
    assert content[:1000] + rest.getvalue() == content
    assert len(downloads()) == 1


def test_whoever_begins_in_the_middle_is_written_down_too(practice: Practice, gp: Client) -> None:
    gp.get(practice.page("download"), headers={"Range": "bytes=1-"})
    assert len(downloads()) == 1


def test_another_browser_that_goes_on_is_another_download(practice: Practice, gp: Client) -> None:
    gp.get(practice.page("download"))
    code = issue(practice.study.request, SYSTEM, timezone.now()).code
    browser = Client()
    enter_as_patient(browser, code.uuid)
    browser.get(practice.page("download"), headers={"Range": "bytes=1000-"})
    assert [row.actor for row in downloads()] == [practice.gp.user.uuid, code.uuid]


def test_what_changed_meanwhile_begins_anew(practice: Practice, gp: Client) -> None:
    etag = gp.get(practice.page("download"))["ETag"]
    requesters_may(practice, report=False)
    again = gp.get(practice.page("download"), headers={"Range": "bytes=1000-", "If-Range": etag})
    assert again.status_code == 200
    assert again["ETag"] != etag
    assert len(again.getvalue()) == int(again["Content-Length"])


def test_a_range_beyond_the_end_says_how_long_it_is(practice: Practice, gp: Client) -> None:
    size = int(gp.get(practice.page("download"))["Content-Length"])
    answer = gp.get(practice.page("download"), headers={"Range": f"bytes={size}-"})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{size}")


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-", range(100)),
        ("bytes=0-0", range(1)),
        ("bytes=99-", range(99, 100)),
        ("bytes=20-29", range(20, 30)),
        ("bytes=20-500", range(20, 100)),
        ("bytes=-30", range(70, 100)),
        ("bytes=-500", range(100)),
        ("bytes=5-4", None),
        ("bytes=0-1,5-6", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("lines=1-2", None),
        ("bytes=1-²", None),
        (None, None),
    ],
)
def test_a_single_range_of_bytes_is_understood(asked: str | None, part: range | None) -> None:
    assert asked_range(asked, None, '"x"', 100) == part
    assert asked_range(asked, '"x"', '"x"', 100) == part
    assert asked_range(asked, '"y"', '"x"', 100) is None
    assert asked_range(asked, "Wed, 18 Nov 2026 08:40:00 GMT", '"x"', 100) is None


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_with_nothing_in_it_cannot_be_had(asked: str) -> None:
    with pytest.raises(NotSatisfiable):
        asked_range(asked, None, '"x"', 100)


@given(asked=st.text(alphabet="bytes=-0123456789, ", max_size=20), size=st.integers(1, 10**6))
def test_no_header_leads_outside_of_the_file(asked: str, size: int) -> None:
    try:
        part = asked_range(asked, None, '"x"', size)
    except NotSatisfiable:
        return
    assert part is None or (0 <= part.start < part.stop <= size)


def test_a_file_that_is_missing_or_cut_short_gives_an_honest_page_and_no_download(
    practice: Practice, gp: Client
) -> None:
    original = folder_of(Path(live_settings.ARCHIVE_ROOT), Instance.objects.get(uuid=practice.instance).key).original
    content = original.read_bytes()
    for spoil in (lambda: original.write_bytes(content[:-1]), original.unlink):
        spoil()
        answer = gp.get(practice.page("download"))
        assert answer.status_code == 503
        assert "would not be complete" in answer.content.decode()
    assert downloads() == []
    original.write_bytes(content)
    assert gp.get(practice.page("download")).status_code == 200


def test_a_session_downloads_two_things_at_a_time(practice: Practice, gp: Client) -> None:
    running = [gp.get(practice.page("download")) for _ in range(2)]
    refused = gp.get(practice.page("download"))
    assert (refused.status_code, refused["Retry-After"]) == (429, "30")
    assert "try again" in refused.content.decode()
    running[0].getvalue()
    assert gp.get(practice.page("download")).status_code == 200


def test_a_process_keeps_a_thread_for_its_pages(practice: Practice, gp: Client, settings: Settings) -> None:
    settings.DOWNLOADS_AT_ONCE = 0
    assert gp.get(practice.page("download")).status_code == 429
    assert gp.get(practice.page("report_pdf")).status_code == 200


def test_a_right_withdrawn_meanwhile_ends_what_is_being_sent(
    practice: Practice, gp: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "AGAIN_AFTER", 0.0)
    pieces = iter(gp.get(practice.page("download")))
    assert next(pieces)
    requesters_may(practice, report=False)  # the report is in it
    with pytest.raises(sending.Withdrawn):
        next(pieces)


def test_the_right_is_asked_for_again_every_ten_seconds_and_the_end_is_told_once() -> None:
    now, asked, ended = [0.0], list[float](), list[int]()

    def allowed() -> bool:
        asked.append(now[0])
        return True

    pieces = iter([b"1", b"2", b"3", b"4"])
    stream = sending.Stream(pieces, allowed, lambda: ended.append(1), lambda: now[0])
    for now[0] in (0, 9.9, 10, 19.9):
        next(stream)
    assert asked == [10]
    stream.close()
    stream.close()
    del stream
    assert ended == [1]


def test_an_answer_that_nobody_reads_gives_its_place_back() -> None:
    slots = Slots()
    give_back = slots.take(None, 1)
    assert give_back is not None
    stream = sending.Stream(iter([]), lambda: True, give_back)
    assert slots.take(None, 1) is None
    del stream
    assert slots.take(None, 1)


def test_a_larger_study_costs_as_many_queries(
    practice: Practice, gp: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    assert Instance.objects.count() > 5
    gp.get(practice.page("download")).getvalue()
    with django_assert_max_num_queries(24):
        gp.get(practice.page("download")).getvalue()
