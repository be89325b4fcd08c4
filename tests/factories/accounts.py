"""Users and physicians, and how they get in."""

import time
from datetime import UTC, datetime
from uuid import UUID

import factory
from django.conf import settings
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from django_otp.models import Device

from accounts.models import Physician, SignInFactor, SmsDevice, TotpDevice, User
from accounts.second_factor.services import add_totp
from accounts.second_factor.totp import STEP_SECONDS, TOLERANCE, secret_of, step_of, token_at
from accounts.sessions.services import begin_account_session, begin_patient_session
from accounts.sessions.store import SessionStore

PASSWORD = "correct horse battery staple"
ON_ITS_WAY = 2  # seconds
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}@example.org")
    first_name = "Lena"
    last_name = factory.Sequence(lambda n: f"Dubois {n}")
    date_joined = LONG_AGO

    @factory.post_generation
    def password(self, create: bool, extracted: str | None, **kwargs: object) -> None:
        self.set_password(extracted or PASSWORD)
        if create:
            self.save()


class PhysicianFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Physician

    user = factory.SubFactory(UserFactory, title="Dr")
    verified_at = LONG_AGO


def totp_of(user: User) -> str:
    """The token that the user's authenticator app shows now; an app is added if there is none.

    A step is accepted once only, so the earliest one that still works is taken: up to three logins in one step. It must
    not lapse on its way to the door, so the last moments of a step are waited out.
    """
    device = app_of(user)
    left = STEP_SECONDS - time.time() % STEP_SECONDS
    if left < ON_ITS_WAY:
        time.sleep(left)
    now = step_of(timezone.now())
    return token_at(secret_of(device), min(max(now - TOLERANCE, device.last_step + 1), now + TOLERANCE))


def app_of(user: User) -> TotpDevice:
    """The user's authenticator app, added if there is none."""
    if not TotpDevice.objects.filter(user=user).exists():
        add_totp(user, "test")
    device: TotpDevice = TotpDevice.objects.get(user=user)
    return device


def log_in(client: Client, user: User, device: Device | None = None, factor: SignInFactor | None = None) -> None:
    """The client's session becomes the user's, password and second factor passed: an app unless `device` is given."""
    request = _arriving(client)
    begin_account_session(request, user, device or app_of(user), timezone.now(), factor)
    _keep(client, request)


def phone_of(user: User) -> SmsDevice:
    """A telephone for tokens by SMS, new."""
    device: SmsDevice = SmsDevice.objects.create(
        user=user, name="phone", number="+32470123447", created_at=timezone.now()
    )
    return device


def enter_as_patient(client: Client, code_uuid: UUID) -> None:
    """The client's session becomes that of whoever came in with this access code."""
    request = _arriving(client)
    begin_patient_session(request, code_uuid, timezone.now())
    _keep(client, request)


def _arriving(client: Client) -> HttpRequest:
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = "127.0.0.1"
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    request.session = SessionStore(cookie.value if cookie else None, address="127.0.0.1")
    return request


def _keep(client: Client, request: HttpRequest) -> None:
    request.session.save()
    assert request.session.session_key is not None
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
