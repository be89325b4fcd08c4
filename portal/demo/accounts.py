"""The demo's accounts: opened once, then made sure of at each run, so that what is printed works.

Each is there whole or not at all, so that a run that was interrupted is finished by the next.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.audit.actor import SYSTEM
from accounts.models import IdentifierKind, Profession, TotpDevice, User
from accounts.registration.services import add_physician, open_account, set_password
from accounts.second_factor.services import add_totp
from accounts.second_factor.totp import secret_of
from accounts.service_desk import services as service_desk
from studies.institutions.appointments import appoint
from studies.institutions.confirming import confirm_staff, staff_due_at, staff_of
from studies.models import Institution

from .people import DemoPhysician, Employee, Person
from .secrets import passphrase

APP = "Demo"


@dataclass(frozen=True)
class Account:
    """How somebody of the demo logs in; `totp_secret` is base32."""

    person: Person
    password: str
    totp_secret: str


@transaction.atomic
def physician(demo: DemoPhysician, at: datetime) -> Account:
    """A physician, verified by the number that hospitals write."""
    user = _user(demo.person, at)
    if not hasattr(user, "physician"):
        hat = add_physician(user, Profession.PHYSICIAN, demo.speciality, SYSTEM, at)
        service_desk.add_identifier(hat, "BE", IdentifierKind.RIZIV, demo.riziv, SYSTEM, at)
        service_desk.verify_physician(hat, SYSTEM, at)
    return _account(demo.person, user, at)


@transaction.atomic
def employee(demo: Employee, institutions: dict[str, Institution], at: datetime) -> Account:
    """Somebody who works for an institution, or at the service desk."""
    user = _user(demo.person, at)
    if demo.hospital is None or demo.appointment is None:
        service_desk.appoint(user, SYSTEM, at)
    else:
        appoint(user, institutions[demo.hospital.slug], demo.appointment, SYSTEM, at)
    return _account(demo.person, user, at)


def confirm_due_staff(institution: Institution, at: datetime) -> None:
    """A demo that is months old still lets its staff in."""
    due = staff_due_at(institution)
    if due is not None and due <= at:
        everybody = list(staff_of(institution).values_list("uuid", flat=True))
        confirm_staff(institution, everybody, everybody, SYSTEM, at)


def _user(person: Person, at: datetime) -> User:
    user = User.objects.filter(username=person.username).first()
    if user is not None:
        return user
    return open_account(
        username=person.username,
        password=passphrase(person.username),
        first_name=person.first_name,
        last_name=person.last_name,
        title=person.title,
        language=person.language,
        actor=SYSTEM,
        at=at,
    )


def _account(person: Person, user: User, at: datetime) -> Account:
    password = passphrase(person.username)
    if not user.check_password(password):
        set_password(user, password, SYSTEM, at)
    device = TotpDevice.objects.filter(user=user, name=APP, confirmed=True).order_by("id").first()
    return Account(person, password, secret_of(device) if device is not None else add_totp(user, APP))
