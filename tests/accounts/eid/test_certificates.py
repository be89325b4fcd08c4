"""Which certificates may log in, and whose they are."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from accounts.eid.authorities import Authorities, installed_authorities
from accounts.eid.certificates import check_certificate, holder_of
from accounts.eid.refusals import Reason, Refused

from .authority import BEGINS, ENDS, NUMBER, Authority, Card, rsa_key, usage
from .door import pin

NOON = datetime(2030, 6, 1, 12, tzinfo=UTC)


def reason_of(card: Card, *authorities: Authority, at: datetime = NOON) -> Reason | None:
    try:
        check_certificate(card.certificate, Authorities(tuple(one.certificate for one in authorities)), at)
    except Refused as refused:
        return refused.reason
    return None


@pytest.mark.parametrize("meant_for", [(), None, ("CLIENT_AUTH", "EMAIL_PROTECTION")], ids=str)
def test_a_certificate_for_logging_in_is_accepted(meant_for: tuple[str, ...] | None) -> None:
    authority = Authority()
    assert reason_of(authority.card(meant_for=meant_for), Authority(), authority) is None


def test_so_is_one_with_an_rsa_key() -> None:
    authority = Authority()
    assert reason_of(authority.card(key=rsa_key()), authority) is None


@pytest.mark.parametrize(
    "made",
    [
        {"key_usage": usage(signature=False, binding=True)},
        {"meant_for": ("EMAIL_PROTECTION",)},
        {"meant_for": ("SERVER_AUTH",)},
    ],
    ids=["binding signatures", "mail", "servers"],
)
def test_a_certificate_for_something_else_is_not(made: dict[str, Any]) -> None:
    authority = Authority()
    assert reason_of(authority.card(**made), authority) is Reason.NOT_FOR_LOGIN


def test_to_the_second_of_its_time() -> None:
    authority = Authority()
    card = authority.card(begins=NOON, ends=NOON + timedelta(days=1))
    second = timedelta(seconds=1)
    assert reason_of(card, authority, at=NOON - second) is Reason.NOT_YET_VALID
    assert reason_of(card, authority, at=NOON) is None
    assert reason_of(card, authority, at=NOON + timedelta(days=1)) is None
    assert reason_of(card, authority, at=NOON + timedelta(days=1) + second) is Reason.EXPIRED


def test_an_authority_of_the_same_name_is_another() -> None:
    assert reason_of(Authority().card(), Authority()) is Reason.NOT_TRUSTED


def test_a_card_issues_no_cards() -> None:
    """Somebody's own key and certificate, put in the authority's place."""
    authority = Authority()
    thief = authority.card()
    forged = Authority(authority.name, thief.key).card()  # type: ignore[arg-type]
    assert reason_of(forged, authority) is Reason.NOT_TRUSTED
    pinned = Authorities((thief.certificate,))
    with pytest.raises(Refused):
        check_certificate(forged.certificate, pinned, NOON)


def test_an_authority_past_its_own_time_vouches_for_nobody() -> None:
    authority = Authority()
    late = ENDS + timedelta(days=1)
    assert reason_of(authority.card(ends=late + timedelta(days=1)), authority, at=late) is Reason.NOT_TRUSTED


def test_a_holder_is_a_keyed_hash_of_the_number(settings: Any) -> None:
    settings.IDENTITY_KEYS = ["new", "old"]
    holder = holder_of(Authority().card().certificate)
    assert NUMBER not in f"{holder}"
    assert (len(holder.digest), len(holder.digests)) == (64, 2)
    settings.IDENTITY_KEYS = ["old"]
    assert holder_of(Authority().card().certificate).digest == holder.digests[1]


@pytest.mark.parametrize(
    "made", [{"number": ""}, {"number": "8507300332"}, {"number": "PNOBE-85073003328"}, {"country": "NL"}], ids=str
)
def test_without_a_belgian_number_it_is_nobodys(made: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        holder_of(Authority().card(**made).certificate)  # type: ignore[arg-type]
    assert refused.value.reason is Reason.NO_NUMBER


def test_the_folder_is_read_again_when_it_changes(authorities: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert installed_authorities() == Authorities((), ())
    first, second = Authority().certificate, Authority().certificate
    pin(authorities, first, "first.crt")
    assert installed_authorities().issuers == (first,)
    (authorities / "both.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in (first, second)))
    (authorities / "notes.txt").write_text("no certificate")
    (authorities / "broken.cer").write_bytes(b"no certificate")
    assert installed_authorities().issuers == (first, second, first)
    (line,) = caplog.records
    assert (line.getMessage(), line.fields) == (  # type: ignore[attr-defined]
        "eid.certificate_unreadable",
        {"file": "broken.cer"},
    )
    pin(authorities / "responders", second)
    assert installed_authorities().responders == (second,)


def test_the_tests_authority_lives_as_long_as_its_cards() -> None:
    assert Authority().certificate.not_valid_before_utc == BEGINS
