"""Whose examination a file says it shows."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset

from studies.archive.examined import Clinician, Identity, PersonName
from studies.archive.header import birth_date
from studies.archive.kinds import QuarantineReason

from .pieces import dataset, examined, refused, written


def identity(root: Path, **values: Any) -> Identity:
    return examined(written(dataset(**values)), root, derived=False).identity


def identified(system: str, number: str) -> list[Dataset]:
    code, person = Dataset(), Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = number, system, "number"
    person.PersonIdentificationCodeSequence = [code]
    return [person]


@pytest.mark.parametrize(
    ("written_date", "parts"),
    [
        ("19510914", (1951, 9, 14)),
        ("1951.09.14", (1951, 9, 14)),
        ("195109", (1951, 9, None)),
        ("1951", (1951, None, None)),
        ("19510900", (1951, 9, None)),
        ("19510000", (1951, None, None)),
        ("19510231", (1951, 2, None)),
        ("00000000", (None, None, None)),
        ("unknown", (None, None, None)),
        ("", (None, None, None)),
    ],
)
def test_a_birth_date_is_known_as_far_as_it_goes(written_date: str, parts: tuple[int | None, ...]) -> None:
    assert birth_date(written_date) == parts


@pytest.mark.parametrize(
    ("charset", "name", "expected"),
    [
        ("ISO_IR 100", "Müller^Zoë", PersonName("Müller^Zoë")),
        ("ISO_IR 192", "Wang^XiaoDong=王^小东=", PersonName("Wang^XiaoDong", "王^小东")),
        ("ISO_IR 144", "Люкceмбypг", PersonName("Люкceмбypг")),
        (
            ["", "ISO 2022 IR 87"],
            "Yamada^Tarou=山田^太郎=やまだ^たろう",
            PersonName("Yamada^Tarou", "山田^太郎", "やまだ^たろう"),
        ),
        ("ISO_IR 192", "<script>alert(1)</script>^'; DROP", PersonName("<script>alert(1)</script>^'; DROP")),
    ],
)
def test_names_in_several_scripts(tmp_path: Path, charset: Any, name: str, expected: PersonName) -> None:
    assert identity(tmp_path, SpecificCharacterSet=charset, PatientName=name).name == expected


def test_a_character_set_that_does_not_exist_costs_letters_not_the_file(tmp_path: Path) -> None:
    content = written(dataset(SpecificCharacterSet="ISO_IR 192", PatientName="Müller"))
    broken = content.replace(b"ISO_IR 192", b"ISO_IR 999")
    assert examined(broken, tmp_path, derived=False).identity.name.alphabetic.startswith("M")


def test_who_asked_and_who_gets_a_copy(tmp_path: Path) -> None:
    found = identity(
        tmp_path,
        ReferringPhysicianName="Dubois^Lena^^Dr",
        ReferringPhysicianIdentificationSequence=identified("RIZIV", "1-23456-78-901"),
        RequestingPhysician="Dubois^Lena^^Dr",
        RequestingPhysicianIdentificationSequence=identified("RIZIV", "1-23456-78-901"),
        ConsultingPhysicianName=["Janssens^Piet", "Lambert^Els"],
        ConsultingPhysicianIdentificationSequence=identified("AZHOSP", "77"),
        NamesOfIntendedRecipientsOfResults="Novak^Jan",
    )
    assert found.requesters == (Clinician("Dubois^Lena^^Dr", "riziv", "1-23456-78-901"),)
    assert found.copy_recipients == (
        Clinician("Janssens^Piet", "local", "77"),
        Clinician("Lambert^Els"),
        Clinician("Novak^Jan"),
    )


def test_the_accession_number_of_the_one_order_behind_a_picture(tmp_path: Path) -> None:
    order = Dataset()
    order.AccessionNumber = "A42"
    assert identity(tmp_path, RequestAttributesSequence=[order]).accession_number == "A42"


def test_when_it_was_made_is_the_studys_date_else_the_next_best(tmp_path: Path) -> None:
    found = identity(tmp_path, SeriesDate="20261118", SeriesTime="101500", TimezoneOffsetFromUTC="+0100")
    assert (found.study_date, found.study_time, found.utc_offset) == (date(2026, 11, 18), "101500", "+0100")


def test_numbers_that_are_none_are_left_out(tmp_path: Path) -> None:
    content = written(dataset(InstanceNumber=12, SeriesNumber=3)).replace(b"IS\x02\x0012", b"IS\x02\x00x7")
    found = examined(content, tmp_path, derived=False).identity
    assert (found.instance_number, found.series_number) == (None, 3)


@pytest.mark.parametrize("keyword", ["PatientID", "AccessionNumber"])
def test_an_identifier_is_never_shortened(tmp_path: Path, keyword: str) -> None:
    outcome = refused(written(dataset(**{keyword: "9" * 65})), tmp_path)
    assert outcome.reason is QuarantineReason.LIMIT


@pytest.mark.parametrize("uid", ["1.2/../../etc", "1" * 65, "1.2 3"])
def test_a_uid_that_is_none_is_refused(tmp_path: Path, uid: str) -> None:
    outcome = refused(written(dataset(StudyInstanceUID=uid)), tmp_path)
    assert (outcome.reason, outcome.detail) == (QuarantineReason.INCOMPLETE, "StudyInstanceUID is not a UID")
