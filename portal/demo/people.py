"""Who plays in the demo: institutions with their policies, physicians, staff. All of them are invented."""

from dataclasses import dataclass, field
from typing import Any

from studies.models import AppointmentRole, Audience, Modality


@dataclass(frozen=True)
class Rule:
    """What one audience may see; an empty `modality` means all."""

    audience: Audience
    images: bool
    report: bool
    report_days: int = 0
    modality: str = ""


@dataclass(frozen=True)
class Hospital:
    """An institution; `radiologist` signs its reports, `settings` are what else it is founded with."""

    slug: str
    name: str
    city: str
    desk_phone: str
    desk_hours: str
    issuer: str
    radiologist: str
    rules: tuple[Rule, ...]
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Person:
    """Somebody with an account; `role` is what the cast's list says of them."""

    username: str
    title: str
    first_name: str
    last_name: str
    language: str
    role: str


@dataclass(frozen=True)
class DemoPhysician:
    """`riziv` is the RIZIV/INAMI number by which hospitals name them, `dicom_name` how they write it (PN)."""

    person: Person
    speciality: str
    riziv: str
    dicom_name: str


@dataclass(frozen=True)
class Employee:
    """Somebody of an institution; the service desk's people have none."""

    person: Person
    hospital: Hospital | None = None
    appointment: AppointmentRole | None = None


_REQUESTER = Rule(Audience.REQUESTER, images=True, report=True)

AZ = Hospital(
    slug="az-sint-example",
    name="AZ Sint-Example",
    city="Brussels",
    desk_phone="+32 2 555 01 00",
    desk_hours="Mo–Fr 8:00–17:30",
    issuer="AZSE",
    radiologist="Dr E. Lambert",
    rules=(_REQUESTER, Rule(Audience.PATIENT, images=True, report=True, report_days=7)),
)
PARC = Hospital(
    slug="clinique-du-parc",
    name="Clinique du Parc",
    city="Liège",
    desk_phone="+32 4 555 02 00",
    desk_hours="Lu–Ve 8:30–17:00",
    issuer="PARC",
    radiologist="Dr O. Marchal",
    rules=(
        _REQUESTER,
        Rule(Audience.PATIENT, images=True, report=True),
        Rule(Audience.PATIENT, images=False, report=True, modality=Modality.MG),
    ),
)
# Asks nothing of everybody, but some of its codes ask for a second factor or a price.
KOUTER = Hospital(
    slug="radiologie-kouter",
    name="Radiologie Kouter",
    city="Gent",
    desk_phone="+32 9 555 03 00",
    desk_hours="Mo–Fr 8:00–18:00",
    issuer="KOUT",
    radiologist="Dr E. Lambert",
    rules=(_REQUESTER, Rule(Audience.PATIENT, images=True, report=True)),
    settings={
        "second_factor_per_code": True,
        "free_copy_text": "A copy on CD with the printed report is free: ask at the desk.",
        "price_text": "For keeping your images ready to look at and to download.",
    },
)
HOSPITALS = (AZ, PARC, KOUTER)

DUBOIS = DemoPhysician(
    Person("luc.dubois@example.org", "Dr", "Luc", "Dubois", "fr", "general practitioner"),
    "General practice",
    "10012378004",
    "Dubois^Luc^^Dr",
)
AYDIN = DemoPhysician(
    Person("elif.aydin@example.org", "Dr", "Elif", "Aydın", "nl", "neurologist"),
    "Neurology",
    "10345643770",
    "Aydın^Elif^^Dr",
)
LEFEVRE = DemoPhysician(
    Person("marie.lefevre@example.org", "Dr", "Marie", "Lefèvre", "fr", "gynaecologist"),
    "Gynaecology",
    "14785273130",
    "Lefèvre^Marie^^Dr",
)
PHYSICIANS = (DUBOIS, AYDIN, LEFEVRE)

ADMINISTRATOR = Employee(
    Person("administrator@az.example.org", "", "Katrien", "Maes", "nl", "administrator"),
    AZ,
    AppointmentRole.ADMINISTRATOR,
)
STAFF = (
    ADMINISTRATOR,
    Employee(Person("desk@az.example.org", "", "Pieter", "Claes", "nl", "desk"), AZ, AppointmentRole.DESK),
    Employee(Person("auditor@az.example.org", "", "Inge", "Wouters", "nl", "auditor"), AZ, AppointmentRole.AUDITOR),
    Employee(
        Person("administrator@parc.example.org", "", "Hélène", "Renard", "fr", "administrator"),
        PARC,
        AppointmentRole.ADMINISTRATOR,
    ),
    Employee(Person("desk@parc.example.org", "", "Thomas", "Simon", "fr", "desk"), PARC, AppointmentRole.DESK),
    Employee(
        Person("administrator@kouter.example.org", "", "Wim", "De Clercq", "nl", "administrator"),
        KOUTER,
        AppointmentRole.ADMINISTRATOR,
    ),
    Employee(Person("desk@kouter.example.org", "", "Lien", "Baert", "nl", "desk"), KOUTER, AppointmentRole.DESK),
    Employee(Person("service@example.org", "", "Anke", "Vermeulen", "en", "service desk")),
)
