"""A request with several studies in one file: what is in it, what is left out and says so, and what is written down."""

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pypdfium2
import pytest
from django.conf import settings as live_settings
from django.test import Client
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import AuditAction, AuditEvent
from studies.access_codes import issue
from studies.archive.layout import folder_of
from studies.download import sending
from studies.institutions.services import found_institution, save_policy
from studies.models import Audience, Instance, Institution, PolicyRule, ReportStatus, Series, Study
from studies.reports.services import receive
from tests.factories import PhysicianFactory, StudyFactory
from tests.factories.accounts import LONG_AGO, enter_as_patient
from tests.factories.imaging import ct, delivered, numbered, ultrasound
from tests.studies.download.medium import dcmtk, file_set, records

ALL, PICTURES = "/patient/request/download/", "/patient/request/download/pictures/"


@dataclass(frozen=True)
class Lena:
    """Her CT and, two days later, her ultrasound, one request; her browser is logged in with its code."""

    hospital: Institution
    ct: Study
    ultrasound: Study
    browser: Client
    code: UUID

    def opened(self, address: str = ALL) -> zipfile.ZipFile:
        answer = self.browser.get(address)
        assert answer.status_code == 200, answer.content
        content = answer.getvalue()
        assert len(content) == int(answer["Content-Length"])
        return zipfile.ZipFile(io.BytesIO(content))

    def page(self) -> str:
        return " ".join(self.browser.get("/patient/request/").content.decode().split())


@pytest.fixture
def lena(db: None) -> Lena:
    hospital = found_institution(slug="az", name="AZ Sint-Example", city="Brussels", actor=SYSTEM, at=LONG_AGO)
    gp = numbered(PhysicianFactory())
    first = delivered(hospital, ct(), gp, document="Dose report")
    after = datetime(2026, 11, 20, 8, 40)  # noqa: DTZ001 - as a hospital's files say it
    second = delivered(hospital, ultrasound(), gp, key="us", order="study", description="Ultrasound abdomen", at=after)
    assert first.request == second.request
    receive(first.request, ReportStatus.FINAL, "Findings: no fracture.", "Dr E. Lambert", SYSTEM, LONG_AGO)
    code = issue(first.request, SYSTEM, timezone.now()).code.uuid
    browser = Client()
    enter_as_patient(browser, code)
    return Lena(hospital, first, second, browser, code)


def downloads() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=AuditAction.DOWNLOADED).order_by("pk"))


def ultrasound_withheld(lena: Lena) -> None:
    modality = lena.ultrasound.modality
    rule = PolicyRule(institution=lena.hospital, audience=Audience.PATIENT, modality=modality, images=False)
    save_policy(rule, SYSTEM, timezone.now())


def report_text(archive: zipfile.ZipFile) -> str:
    with pypdfium2.PdfDocument(archive.read("report.pdf")) as document:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)


def test_the_page_offers_everything_with_its_size_first_and_each_study_by_itself(lena: Lena) -> None:
    page = lena.page()
    comes = int(lena.browser.head(ALL)["Content-Length"])
    said = re.search(rf'href="{ALL}">Download everything, ([\d.]+).KB<', page)
    assert said
    assert 0 < comes - float(said.group(1)) * 1024 < 60_000  # a page, a report, a directory
    assert f'href="{PICTURES}">Pictures only' in page
    for study in (lena.ct, lena.ultrasound):
        assert f'href="/studies/{study.uuid}/download/"' in page
    assert "not locked" in page
    assert "Not in it" not in page


def test_every_original_is_in_it_once_beside_one_page_one_report_and_one_directory(lena: Lena) -> None:
    archive = lena.opened()
    assert archive.testzip() is None
    names = archive.namelist()
    assert [name for name in names if "/" not in name] == ["index.html", "report.pdf", "DICOMDIR"]
    assert len(set(names)) == len(names)
    sent = sorted(archive.read(name) for name in names if name.startswith("IMAGES/"))
    root = Path(live_settings.ARCHIVE_ROOT)
    assert sent == sorted(folder_of(root, each.key).original.read_bytes() for each in Instance.objects.all())


def test_its_page_shows_every_picture_below_the_examination_that_it_is_of(lena: Lena) -> None:
    archive = lena.opened()
    page = archive.read("index.html").decode()
    first, second = page.index("18 November 2026</small>"), page.index("20 November 2026</small>")
    assert first < page.index('<img src="pictures/0001/0001.jpg"') < second
    shown = re.findall(r'<img src="(pictures/[^"]+)"', page)
    assert sorted(shown) == sorted(name for name in archive.namelist() if name.startswith("pictures/"))
    assert second < page.index(f'<img src="{shown[-1]}"')
    assert "CT head · Ultrasound abdomen</h1>" in page
    assert "Not in this download" not in page


def test_pictures_alone_are_for_a_phone(lena: Lena) -> None:
    names = lena.opened(PICTURES).namelist()
    assert {"index.html", "report.pdf"} < set(names)
    frames = Instance.objects.filter(kind="image").values_list("frames", flat=True)
    assert len([name for name in names if name.endswith(".jpg")]) == sum(frames)
    assert not any(name.startswith(("IMAGES", "DICOMDIR")) for name in names)


def test_pydicom_reads_the_directory_of_both_studies(lena: Lena, tmp_path: Path) -> None:
    lena.opened().extractall(tmp_path)
    with file_set(tmp_path) as files:
        assert files.find_values("PatientID") == ["P-study"]
        found = {study: len(files.find(StudyInstanceUID=study)) for study in files.find_values("StudyInstanceUID")}
        for each in files:
            said = each.load()
            assert (each.StudyInstanceUID, each.SeriesInstanceUID) == (said.StudyInstanceUID, said.SeriesInstanceUID)
    assert found == {
        str(study.study_instance_uid): Instance.objects.filter(series__study=study).count()
        for study in (lena.ct, lena.ultrasound)
    }


@pytest.mark.needs("dcmdump", "dcmmkdir")
def test_dcmtk_reads_the_directory_and_would_write_the_same(lena: Lena, tmp_path: Path) -> None:
    lena.opened().extractall(tmp_path)
    dumped = dcmtk("dcmdump", "DICOMDIR", cwd=tmp_path)
    assert dumped.count("DirectoryRecordType") == 1 + 2 + Series.objects.count() + Instance.objects.count()
    anything = ("--general-mime", "--no-xfer-check", "--invent", "--recurse")
    dcmtk("dcmmkdir", *anything, "--output-file", "THEIRS", "IMAGES", cwd=tmp_path)
    assert records(tmp_path / "DICOMDIR") == records(tmp_path / "THEIRS")
    # dcmtk goes on with a directory only where every offset of it leads to a record.
    dcmtk("dcmmkdir", *anything, "--append", "--output-file", "DICOMDIR", "IMAGES", cwd=tmp_path)
    assert records(tmp_path / "DICOMDIR") == records(tmp_path / "THEIRS")


@pytest.mark.needs("dcmdump")
def test_files_that_name_another_patient_id_get_a_record_of_their_own(lena: Lena, tmp_path: Path) -> None:
    other = delivered(lena.hospital, ct(), numbered(PhysicianFactory(), "20000200006"), key="other")
    other.request = lena.ct.request
    other.save()
    lena.opened().extractall(tmp_path)
    assert dcmtk("dcmdump", "DICOMDIR", cwd=tmp_path).count("[PATIENT]") == 2
    with file_set(tmp_path) as files:
        assert sorted(files.find_values("PatientID")) == ["P-other", "P-study"]
        assert len(files) == Instance.objects.count()


def test_a_withheld_study_is_left_out_and_both_pages_say_so(lena: Lena) -> None:
    ultrasound_withheld(lena)
    assert "Not in it, see “What is ready”: Ultrasound abdomen" in lena.page()
    for address in (ALL, PICTURES):
        archive = lena.opened(address)
        page = archive.read("index.html").decode()
        assert "Ultrasound abdomen, 20 November 2026</li>" in page[page.index("Not in this download") :]
        assert (
            len([n for n in archive.namelist() if n.endswith(".jpg")])
            == Instance.objects.filter(series__study=lena.ct, kind="image").count()
        )
    assert {row.study for row in downloads() if row.details["content"] != "report"} == {lena.ct.uuid}


def test_what_has_not_arrived_is_named_too(lena: Lena) -> None:
    StudyFactory(request=lena.ct.request, description="MRI of the neck", arrived_at=None)
    assert "Not in it, see “What is ready”: MRI of the neck" in lena.page()
    assert "MRI of the neck" in lena.opened().read("index.html").decode()


def test_a_report_about_both_comes_once_and_one_about_the_other_says_which(lena: Lena) -> None:
    assert report_text(lena.opened()).count("no fracture") == 1
    gallstones = ("Findings: gallstones.", "Dr A. Maes", SYSTEM, LONG_AGO)
    receive(lena.ct.request, ReportStatus.FINAL, *gallstones, studies=[lena.ultrasound])
    words = report_text(lena.opened())
    assert "Examination CT head, 18 November 2026 Examination Ultrasound abdomen, 20 November 2026" in words
    assert words.count("Ultrasound abdomen, 20 November 2026") == 2  # over the gallstones once more
    assert words.index("no fracture") < words.rindex("Ultrasound abdomen, 20 November 2026") < words.index("gallstones")


def test_a_code_for_the_images_alone_gets_no_report(lena: Lena) -> None:
    browser = Client()
    enter_as_patient(browser, issue(lena.ct.request, SYSTEM, timezone.now(), report=False).code.uuid)
    content = browser.get(ALL).getvalue()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "report.pdf" not in archive.namelist()


def test_it_is_written_down_as_a_look_at_and_a_download_of_each_study(lena: Lena) -> None:
    size = len(lena.browser.get(ALL).getvalue())
    rows = downloads()
    assert [row.study for row in rows] == [lena.ct.uuid, lena.ultrasound.uuid]
    assert {(row.actor, row.details["content"], row.details["bytes"], row.details["studies"]) for row in rows} == {
        (lena.code, "images", size, 2)
    }
    looks = AuditEvent.objects.filter(action=AuditAction.LOOKED_AT_IMAGES)
    assert {row.study for row in looks} == {lena.ct.uuid, lena.ultrasound.uuid}


def test_what_broke_off_goes_on_and_is_still_one_download_of_each(lena: Lena) -> None:
    first = lena.browser.get(ALL)
    content, etag = first.getvalue(), first["ETag"]
    rest = lena.browser.get(ALL, headers={"Range": "bytes=5000-", "If-Range": etag})
    assert rest.status_code == 206
    assert rest["Content-Range"] == f"bytes 5000-{len(content) - 1}/{len(content)}"
    assert content[:5000] + rest.getvalue() == content
    assert len(downloads()) == 2


def test_a_study_withdrawn_meanwhile_ends_what_is_being_sent(lena: Lena, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "AGAIN_AFTER", 0.0)
    pieces = iter(lena.browser.get(ALL))
    assert next(pieces)
    ultrasound_withheld(lena)
    with pytest.raises(sending.Withdrawn):
        next(pieces)


def test_nothing_to_take_away_is_not_there(lena: Lena) -> None:
    rule = PolicyRule.objects.get(institution=lena.hospital, audience=Audience.PATIENT, modality="")
    rule.images = False
    save_policy(rule, SYSTEM, timezone.now() - timedelta(seconds=1))
    assert "Download everything" not in lena.page()
    assert [lena.browser.get(address).status_code for address in (ALL, PICTURES)] == [404, 404]
    assert downloads() == []


def test_whoever_has_no_code_is_led_to_where_one_is_typed(lena: Lena) -> None:
    assert Client().get(ALL).headers["Location"] == "/patient/"


def test_a_request_with_one_study_has_one_offer(db: None) -> None:
    hospital = found_institution(slug="az", name="AZ Sint-Example", actor=SYSTEM, at=LONG_AGO)
    study = delivered(hospital, ct(), numbered(PhysicianFactory()))
    browser = Client()
    enter_as_patient(browser, issue(study.request, SYSTEM, timezone.now()).code.uuid)
    assert "Download everything" not in browser.get("/patient/request/").content.decode()
    alone, together = browser.get(f"/studies/{study.uuid}/download/"), browser.get(ALL)
    assert alone.getvalue() == together.getvalue()
