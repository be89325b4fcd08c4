"""A token that a Belgian test card made for a real page, at the clock of that day; any change to it is refused."""

import base64
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, load_der_x509_certificate, load_pem_x509_certificate, ocsp
from django.http.response import HttpResponseBase
from django.test import Client

from accounts.models import AuditEvent, EidCard, EidNonce, OcspAnswer, SignIn, SignInFactor, User
from tests.factories import UserFactory

from .authority import Authority, LocalCourier, Responder, encoded
from .conftest import Answering
from .door import Door, bound, pin, refusals

pytestmark = [pytest.mark.django_db, pytest.mark.needs("corpus")]

OCSP_ADDRESS = "http://eiddevcards.zetescards.be:8888"
REVOKED, UNKNOWN = ocsp.OCSPCertStatus.REVOKED, ocsp.OCSPCertStatus.UNKNOWN


@dataclass(frozen=True)
class Nora:
    """The holder of the test card, and what her card said: `token` (fields), to which nonce and origin."""

    token: dict[str, str]
    nonce: str
    origin: str
    at: datetime
    issuer: Certificate

    @property
    def certificate(self) -> Certificate:
        return load_der_x509_certificate(base64.b64decode(self.token["unverifiedCertificate"]))


@pytest.fixture
def nora(corpus_folder: Path) -> Nora:
    folder = corpus_folder / "web-eid"
    said = json.loads((folder / "belgian-test-card-es384.json").read_text())
    day = datetime.fromisoformat(said["clock"]).replace(hour=12, tzinfo=UTC)
    issuer = load_pem_x509_certificate((folder / "eID TEST EC Citizen CA.cer").read_bytes())
    return Nora(said["token"], said["nonce"], said["origin"], day, issuer)


@pytest.fixture
def responder(nora: Nora, authorities: Path, answering: Answering) -> Responder:
    """The test cards' own responder is long gone: one that the operator pinned answers in its place."""
    stand_in = Authority("A responder that is pinned").responder
    pin(authorities / "responders", stand_in.certificate)
    answering(stand_in, nora.certificate, nora.issuer)
    return stand_in


@pytest.fixture
def portal(nora: Nora, authorities: Path, responder: Responder, settings: Any) -> Iterator[None]:
    """The portal that the card signed for, on that day."""
    pin(authorities, nora.issuer)
    settings.PUBLIC_URL = nora.origin
    with time_machine.travel(nora.at, tick=False):
        yield


@pytest.fixture
def account(portal: None, nora: Nora) -> User:
    user = UserFactory()
    bound(nora.certificate, user, nora.at)
    return user


def come_in(client: Client, nora: Nora, nonce: str = "", **changed: str) -> HttpResponseBase:
    """The card's answer, in a session whose number is the one that it signed."""
    door = Door(client, nora.origin)
    door.nonce()
    EidNonce.objects.update(nonce=nonce or nora.nonce)
    return door.post(json.dumps({**nora.token, **changed}))


def refused(answer: HttpResponseBase, reason: str, sentence: str) -> bool:
    """One reason is noted, one sentence stands on the page, nobody is logged in."""
    page = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code == 200
    assert refusals() == [reason]
    assert page.count(sentence) == 1
    assert not SignIn.objects.exists()
    return True


def test_the_card_logs_its_holder_in(client: Client, nora: Nora, account: User) -> None:
    assert come_in(client, nora)["Location"] == "/studies/"
    sign_in = SignIn.objects.get()
    assert (sign_in.user, sign_in.succeeded, sign_in.factor) == (account, True, SignInFactor.EID)
    assert EidCard.objects.get().last_used_at == nora.at
    assert LocalCourier.asked[0][0] == OCSP_ADDRESS
    assert refusals() == []


def test_a_card_that_no_account_knows_logs_nobody_in(client: Client, nora: Nora, portal: None) -> None:
    page = come_in(client, nora).content.decode()  # type: ignore[attr-defined]
    assert "Your card opens no account yet" in page
    assert not SignIn.objects.exists()


def test_another_number_to_sign_is_refused(client: Client, nora: Nora, account: User) -> None:
    answer = come_in(client, nora, nonce=encoded(b"x" * 32))
    assert refused(answer, "signature.wrong", "What your card signed does not belong to this login.")


def test_the_number_of_another_window_is_refused_as_such(client: Client, nora: Nora, account: User) -> None:
    door = Door(client, nora.origin)
    door.nonce()
    session = client.session
    session["eid_numbers"] = [nora.nonce]
    session.save()
    door.nonce()
    answer = door.post(json.dumps(nora.token))
    assert refused(answer, "nonce.other", "This page was opened in another window meanwhile.")


def test_a_signature_for_another_portal_is_refused(client: Client, nora: Nora, account: User, settings: Any) -> None:
    settings.PUBLIC_URL = "https://portal.example"
    answer = come_in(client, nora)
    assert refused(answer, "signature.wrong", "What your card signed does not belong to this login.")


def test_a_signature_for_the_portal_of_another_country_is_refused_as_such(
    client: Client, nora: Nora, account: User, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://portal.example"
    settings.ENVIRONMENTS = {"BE": settings.PUBLIC_URL, "NL": nora.origin}
    answer = come_in(client, nora)
    assert refused(answer, "signature.other_origin", "Your card answered to another address than this portal")


def test_a_card_of_another_authority_is_refused(client: Client, nora: Nora, account: User, authorities: Path) -> None:
    pin(authorities, Authority("eID TEST EC Citizen CA").certificate)
    answer = come_in(client, nora)
    assert refused(answer, "certificate.not_trusted", "This is not a Belgian e-ID that this portal knows.")


def test_a_portal_without_authorities_believes_nobody(
    client: Client, nora: Nora, account: User, authorities: Path
) -> None:
    (authorities / "authority.cer").unlink()
    answer = come_in(client, nora)
    assert refused(answer, "portal.no_authorities", "This portal cannot check e-ID cards yet.")


@pytest.mark.parametrize(
    ("when", "reason", "sentence"),
    [
        (datetime(2020, 10, 22, tzinfo=UTC), "certificate.not_yet_valid", "Your card is not valid yet."),
        (datetime(2030, 10, 23, tzinfo=UTC), "certificate.expired", "Your card has expired."),
    ],
)
def test_a_card_opens_nothing_before_and_after_its_time(
    client: Client, nora: Nora, account: User, when: datetime, reason: str, sentence: str
) -> None:
    with time_machine.travel(when, tick=False):
        assert refused(come_in(client, nora), reason, sentence)


@pytest.mark.parametrize(
    ("changed", "reason", "sentence"),
    [
        ({"status": REVOKED}, "ocsp.revoked", "Your card was blocked."),
        ({"status": UNKNOWN}, "ocsp.unknown", "Your card is not known to the authority that issued it."),
        ({"since": timedelta(days=-2)}, "ocsp.stale", "could not be checked just now"),
        ({"since": timedelta(hours=1)}, "ocsp.stale", "could not be checked just now"),
        ({"since": timedelta(minutes=-6), "holds": None}, "ocsp.stale", "could not be checked just now"),
        ({"echoes": False}, "ocsp.not_trusted", "could not be checked just now"),
    ],
)
def test_what_the_authority_says_decides(
    client: Client,
    nora: Nora,
    account: User,
    responder: Responder,
    answering: Answering,
    changed: dict[str, object],
    reason: str,
    sentence: str,
) -> None:
    answering(responder.answering(**changed), nora.certificate, nora.issuer)
    assert refused(come_in(client, nora), reason, sentence)
    assert not OcspAnswer.objects.exists()


def test_without_an_answer_of_the_authority_nobody_comes_in(client: Client, nora: Nora, account: User) -> None:
    LocalCourier.answers = None
    assert refused(come_in(client, nora), "ocsp.no_answer", "could not be checked just now")


@pytest.mark.parametrize("name", ["ocsp_response.der", "ocsp_response_revoked.der", "ocsp_response_unknown.der"])
def test_a_real_answer_about_another_card_says_nothing_of_this_one(
    client: Client, nora: Nora, account: User, corpus_folder: Path, name: str, settings: Any
) -> None:
    settings.EID_OCSP_WITHOUT_NONCE = ["eiddevcards.zetescards.be:8888"]
    answer = (corpus_folder / "web-eid" / name).read_bytes()
    LocalCourier.answers = lambda *_: answer
    assert refused(come_in(client, nora), "ocsp.not_trusted", "could not be checked just now")


def test_a_token_works_once(client: Client, nora: Nora, account: User) -> None:
    come_in(client, nora)
    SignIn.objects.all().delete()
    again = Client()
    again.cookies = client.cookies
    answer = Door(again, nora.origin).post(json.dumps(nora.token))
    assert refused(answer, "nonce.used_or_never_given", "That took too long, or was used already.")


def test_a_token_works_in_the_session_that_asked_for_it_only(client: Client, nora: Nora, account: User) -> None:
    Door(client, nora.origin).nonce()
    EidNonce.objects.update(nonce=nora.nonce)
    answer = Door(Client(), nora.origin).post(json.dumps(nora.token))
    assert refused(answer, "nonce.used_or_never_given", "That took too long, or was used already.")


def test_after_five_minutes_a_number_works_no_longer(client: Client, nora: Nora, account: User) -> None:
    door = Door(client, nora.origin)
    door.nonce()
    EidNonce.objects.update(nonce=nora.nonce)
    with time_machine.travel(nora.at + timedelta(minutes=5), tick=False):
        answer = door.post(json.dumps(nora.token))
        assert refused(answer, "nonce.late", "That took too long, or was used already.")


def test_an_altered_signature_is_refused(client: Client, nora: Nora, account: User) -> None:
    signature = bytearray(base64.b64decode(nora.token["signature"]))
    signature[10] ^= 1
    answer = come_in(client, nora, signature=encoded(bytes(signature)))
    assert refused(answer, "signature.wrong", "What your card signed does not belong to this login.")


def test_an_altered_certificate_is_refused(client: Client, nora: Nora, account: User) -> None:
    """Nora's number made somebody else's."""
    der = base64.b64decode(nora.token["unverifiedCertificate"])
    altered = der.replace(b"01050399864", b"85073003328")
    assert altered != der
    answer = come_in(client, nora, unverifiedCertificate=encoded(altered))
    assert refused(answer, "certificate.not_trusted", "This is not a Belgian e-ID that this portal knows.")


@pytest.mark.parametrize(
    ("changed", "reason", "sentence"),
    [
        ({"appVersion": "x" * 10_000}, "token.size", "could not be read"),
        ({"signature": "no base64!"}, "token.malformed", "could not be read"),
        ({"format": "web-eid:2.0"}, "token.format", "speaks another version than this portal"),
        ({"algorithm": "none"}, "token.algorithm", "signs in a way that this portal does not accept"),
        ({"algorithm": "HS256"}, "token.algorithm", "signs in a way that this portal does not accept"),
        ({"algorithm": "RS384"}, "token.algorithm", "signs in a way that this portal does not accept"),
        ({"algorithm": "ES256"}, "signature.wrong", "does not belong to this login"),
        ({"unverifiedCertificate": "AAAA"}, "certificate.unreadable", "could not be read"),
    ],
)
def test_a_token_that_is_none_is_refused(
    client: Client, nora: Nora, account: User, changed: dict[str, str], reason: str, sentence: str
) -> None:
    assert refused(come_in(client, nora, **changed), reason, sentence)


def test_nothing_of_the_card_is_kept_or_logged(
    client: Client, nora: Nora, account: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        come_in(client, nora)
        come_in(Client(), nora, signature=encoded(b"x" * 96))
    logged = " ".join(f"{line.getMessage()} {vars(line)}" for line in caplog.records)
    audited = " ".join(str(vars(row)) for row in AuditEvent.objects.all())
    kept = " ".join(str(vars(row)) for row in [*EidCard.objects.all(), *OcspAnswer.objects.all()])
    sessions = json.dumps(dict(client.session.items()))
    for secret in ("01050399864", "Nora", "Specimen", nora.token["unverifiedCertificate"][:40]):
        for place in (logged, audited, kept, sessions):
            assert secret not in place
    assert "eid.refused" in logged
    assert nora.certificate.public_bytes(Encoding.DER) not in [bytes(row.answer) for row in OcspAnswer.objects.all()]
