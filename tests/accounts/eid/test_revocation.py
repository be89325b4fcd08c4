"""What an authority says of its card: who is believed, for how long, and what is asked again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import OCSPNonce, ocsp

from accounts.eid.ocsp import LONGEST, check_standing, is_signed_by
from accounts.eid.refusals import Reason, Refused
from accounts.eid.revocation import check_not_revoked, forget_answers
from accounts.models import OcspAnswer

from .authority import Authority, Card, LocalCourier, Responder
from .conftest import Answering

pytestmark = pytest.mark.django_db

NOON = datetime(2030, 6, 1, 12, tzinfo=UTC)
NAME = ocsp.OCSPResponderEncoding.NAME


def standing_of(answer: ocsp.OCSPResponse) -> Reason | None:
    try:
        check_standing(answer)
    except Refused as refused:
        return refused.reason
    return None


def as_responder(card: Card) -> Responder:
    """A card whose holder answers for the authority."""
    return Responder(card.certificate, card.key)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Asking:
    """Asks at NOON, or later, whether the card is good; `responders` are pinned."""

    card: Card
    authority: Authority
    answering: Answering

    def told(self, responder: Responder, *pinned: Responder, after: timedelta = timedelta()) -> Reason | None:
        self.answering(responder, self.card.certificate, self.authority.certificate)
        return self.reason(*pinned, after=after)

    def reason(self, *pinned: Responder, after: timedelta = timedelta()) -> Reason | None:
        responders = [one.certificate for one in pinned]
        with time_machine.travel(NOON + after, tick=False):
            try:
                check_not_revoked(self.card.certificate, self.authority.certificate, responders, NOON + after)
            except Refused as refused:
                return refused.reason
        return None


@pytest.fixture
def asking(authority: Authority, answering: Answering) -> Asking:
    return Asking(authority.card(), authority, answering)


def test_the_authority_itself_is_believed_and_whom_it_delegated(asking: Asking) -> None:
    assert asking.told(asking.authority.responder) is None
    OcspAnswer.objects.all().delete()
    assert asking.told(asking.authority.delegate()) is None
    OcspAnswer.objects.all().delete()
    assert asking.told(asking.authority.delegate().answering(named=NAME)) is None


@pytest.mark.parametrize(
    "responder",
    [
        lambda authority: Authority(authority.name).responder,
        lambda authority: Authority(authority.name).delegate(),
        lambda authority: authority.delegate(purpose="CLIENT_AUTH"),
        lambda authority: authority.delegate(ends=NOON - timedelta(days=1)),
        lambda authority: Authority(authority.name).responder.answering(named=NAME),
        lambda authority: as_responder(authority.card()),
    ],
    ids=["of that name", "delegated elsewhere", "for something else", "expired", "of that name by name", "a card"],
)
def test_nobody_else_is_believed(asking: Asking, responder: Callable[[Authority], Responder]) -> None:
    assert asking.told(responder(asking.authority)) is Reason.ANSWER_FORGED
    assert not OcspAnswer.objects.exists()


def test_a_pinned_responder_is_believed_while_it_is_pinned(asking: Asking) -> None:
    pinned = Authority("another").responder
    assert asking.told(pinned, pinned) is None
    assert asking.reason() is Reason.ANSWER_FORGED


def test_an_answer_about_another_card_or_of_another_authority_is_none(asking: Asking) -> None:
    other = asking.authority.card()
    asking.answering(asking.authority.responder, other.certificate, asking.authority.certificate)
    assert asking.reason() is Reason.ANSWER_FORGED
    namesake = Authority(asking.authority.name)
    asking.answering(asking.authority.responder, asking.card.certificate, namesake.certificate)
    assert asking.reason() is Reason.ANSWER_FORGED


def test_a_signature_on_an_outdated_hash_is_none(asking: Asking) -> None:
    responder = asking.authority.responder.answering(digest=hashes.SHA224())
    assert asking.told(responder) is Reason.ANSWER_FORGED


@pytest.mark.parametrize("answer", [b"", b"nonsense", b"\x30\x03\x0a\x01\x00"], ids=["empty", "nonsense", "hollow"])
def test_what_is_no_answer_is_refused(asking: Asking, answer: bytes) -> None:
    LocalCourier.answers = lambda *_: answer
    assert asking.reason() is Reason.ANSWER_FORGED


@pytest.mark.parametrize("status", ["TRY_LATER", "UNAUTHORIZED", "INTERNAL_ERROR"])
def test_an_authority_that_cannot_say_says_nothing(asking: Asking, status: str) -> None:
    answer = ocsp.OCSPResponseBuilder.build_unsuccessful(getattr(ocsp.OCSPResponseStatus, status))
    LocalCourier.answers = lambda *_: answer.public_bytes(Encoding.DER)
    assert asking.reason() is Reason.NO_ANSWER


def test_a_good_answer_is_used_for_hours_and_then_asked_for_again(asking: Asking) -> None:
    assert asking.told(asking.authority.responder) is None
    LocalCourier.answers = None
    assert asking.reason(after=LONGEST - timedelta(seconds=1)) is None
    assert len(LocalCourier.asked) == 1
    assert asking.reason(after=LONGEST) is Reason.NO_ANSWER


def test_it_is_used_no_longer_than_it_says_itself(asking: Asking) -> None:
    assert asking.told(asking.authority.responder.answering(holds=timedelta(hours=1))) is None
    LocalCourier.answers = None
    assert asking.reason(after=timedelta(minutes=58)) is None
    assert asking.reason(after=timedelta(minutes=59)) is Reason.NO_ANSWER


def test_an_answer_of_the_future_is_not_used_before_it_came(asking: Asking) -> None:
    assert asking.told(asking.authority.responder) is None
    assert asking.told(asking.authority.responder, after=timedelta(days=-1)) is None
    assert len(LocalCourier.asked) == 2


def test_a_card_that_is_blocked_is_asked_about_each_time(asking: Asking) -> None:
    blocked = asking.authority.responder.answering(status=ocsp.OCSPCertStatus.REVOKED)
    assert asking.told(blocked) is Reason.REVOKED
    assert asking.told(asking.authority.responder) is None


def test_a_card_blocked_while_an_answer_holds_is_refused_when_it_ends(asking: Asking) -> None:
    assert asking.told(asking.authority.responder) is None
    blocked = asking.authority.responder.answering(status=ocsp.OCSPCertStatus.REVOKED)
    assert asking.told(blocked, after=timedelta(hours=3)) is None
    assert asking.told(blocked, after=timedelta(hours=4)) is Reason.REVOKED


def test_answers_are_forgotten_when_they_end(asking: Asking) -> None:
    asking.told(asking.authority.responder)
    assert forget_answers(NOON + LONGEST - timedelta(seconds=1)) == 0
    assert forget_answers(NOON + LONGEST) == 1


def test_a_responder_that_knows_no_nonce_is_asked_without_one(asking: Asking, settings: object) -> None:
    assert asking.told(asking.authority.responder.answering(echoes=False)) is Reason.ANSWER_FORGED
    settings.EID_OCSP_WITHOUT_NONCE = ["ocsp.authority.example"]  # type: ignore[attr-defined]
    assert asking.told(asking.authority.responder.answering(echoes=False)) is None
    asked = [ocsp.load_der_ocsp_request(question).extensions for _, question in LocalCourier.asked]
    assert [[one.oid for one in extensions] for extensions in asked] == [[OCSPNonce.oid], []]


def test_a_certificate_that_does_not_say_whom_to_ask_is_refused(authority: Authority, answering: Answering) -> None:
    assert Asking(authority.card(responder=""), authority, answering).reason() is Reason.NO_ANSWER


@pytest.mark.needs("corpus")
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("ocsp_response.der", None),
        ("ocsp_response_revoked.der", Reason.REVOKED),
        ("ocsp_response_unknown.der", Reason.UNKNOWN),
    ],
)
def test_real_answers_are_read_and_their_signatures_hold(
    corpus_folder: object, name: str, reason: Reason | None
) -> None:
    der = (corpus_folder / "web-eid" / name).read_bytes()  # type: ignore[operator]
    answer = ocsp.load_der_ocsp_response(der)
    assert is_signed_by(answer, answer.certificates[0])
    assert not is_signed_by(answer, Authority().certificate)
    assert standing_of(answer) is reason
