"""Reading tokens and checking what cards sign, in every way that is allowed and in some that are not."""

import json
import random

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from accounts.eid.refusals import Reason, Refused
from accounts.eid.tokens import check_signature, read

from .authority import Authority, Card, encoded, rsa_key

ORIGIN, NONCE = "https://portal.example", "iMeEwP2cgUINY2XoO/lqEpOUn7z/ysHRqGXkGKC4VXE="
CURVES = [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()]


def reason_of(posted: str, origin: str = ORIGIN, nonce: str = NONCE) -> Reason | None:
    try:
        check_signature(read(posted), origin, nonce)
    except Refused as refused:
        return refused.reason
    return None


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "ES512"])
def test_a_card_with_an_elliptic_key_may_sign_by_any_of_the_hashes(curve: ec.EllipticCurve, algorithm: str) -> None:
    token = Authority().card(key=ec.generate_private_key(curve)).token(ORIGIN, NONCE, algorithm)
    assert reason_of(token) is None
    assert reason_of(token, origin=f"{ORIGIN}/") is Reason.SIGNATURE
    assert reason_of(token, nonce=NONCE[::-1]) is Reason.SIGNATURE


@pytest.mark.parametrize("algorithm", [f"{scheme}{size}" for scheme in ("PS", "RS") for size in (256, 384, 512)])
def test_a_card_with_an_rsa_key_may_sign_either_way(algorithm: str) -> None:
    token = Authority().card(key=rsa_key()).token(ORIGIN, NONCE, algorithm)
    assert reason_of(token) is None
    assert reason_of(token, nonce=NONCE[::-1]) is Reason.SIGNATURE


def test_one_kind_of_signature_is_no_other() -> None:
    card = Authority().card(key=rsa_key())
    assert reason_of(card.token(ORIGIN, NONCE, "RS256", algorithm="PS256")) is Reason.SIGNATURE
    assert reason_of(card.token(ORIGIN, NONCE, "RS256", algorithm="ES256")) is Reason.ALGORITHM


@pytest.mark.parametrize("key", [ec.generate_private_key(ec.SECP256K1()), rsa_key(1024)], ids=["curve", "short"])
def test_a_key_that_is_too_weak_or_of_no_known_curve_signs_nothing(key: ec.EllipticCurvePrivateKey) -> None:
    algorithm = "ES256" if isinstance(key, ec.EllipticCurvePrivateKey) else "RS256"
    assert reason_of(Authority().card(key=key).token(ORIGIN, NONCE, algorithm)) is Reason.ALGORITHM


@pytest.mark.parametrize("signature", [b"", b"\0" * 96, b"\xff" * 96, b"x" * 95, b"x" * 97])
def test_numbers_that_are_no_signature_are_none(signature: bytes) -> None:
    token = Authority().card().token(ORIGIN, NONCE, signature=encoded(signature))
    assert reason_of(token) is Reason.SIGNATURE


def test_a_signature_may_not_be_padded_to_another_length() -> None:
    card = Authority().card()
    longer = b"\0" + card.sign("ES384", ORIGIN, NONCE)
    assert reason_of(card.token(ORIGIN, NONCE, signature=encoded(longer))) is Reason.SIGNATURE


@pytest.mark.parametrize(
    ("posted", "reason"),
    [
        ("", Reason.SIZE),
        ("{}", Reason.SIZE),
        ("x" * 10_001, Reason.SIZE),
        ("x" * 1000, Reason.MALFORMED),
        (json.dumps(["x" * 200]), Reason.MALFORMED),
        (json.dumps({"format": 1, "filling": "x" * 200}), Reason.MALFORMED),
        ("[" * 9_000, Reason.MALFORMED),
    ],
    ids=range(7),
)
def test_what_is_no_token_is_refused(posted: str, reason: Reason) -> None:
    assert reason_of(posted) is reason


def test_a_token_with_a_field_missing_is_refused() -> None:
    token = json.loads(Authority().card().token(ORIGIN, NONCE))
    for name in ("format", "algorithm", "unverifiedCertificate", "signature"):
        assert reason_of(json.dumps(token | {name: None})) is Reason.MALFORMED


def test_a_certificate_with_any_byte_changed_is_read_or_refused_and_nothing_else() -> None:
    card = Authority().card()
    chance = random.Random(7)
    for _ in range(400):
        der = bytearray(card.certificate.public_bytes(Encoding.DER))
        der[chance.randrange(len(der))] = chance.randrange(256)
        reason = reason_of(
            Card(card.certificate, card.key).token(ORIGIN, NONCE, unverifiedCertificate=encoded(bytes(der)))
        )
        assert reason in (None, Reason.UNREADABLE, Reason.SIGNATURE, Reason.ALGORITHM)
