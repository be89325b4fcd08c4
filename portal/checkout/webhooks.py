"""Messages of payment providers: hints that something moved. The provider is asked; what a message says is not read.

Known and unknown numbers get the same empty answer, so that nobody learns here which payments there are.
"""

import json
import logging
from datetime import datetime
from typing import Any

import stripe
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.models import Payment

from .interfaces import ProviderUnavailable
from .providers import payment_provider
from .queries import payment_numbered
from .services import look_up
from .stripe import Stripe

MOST_BYTES = 65_536
MOST_CHARACTERS = 100  # of a number
_log = logging.getLogger("pacsonweb.checkout")


@csrf_exempt
@require_POST
def mollie(request: HttpRequest) -> HttpResponse:
    """`id=tr_…`, unsigned."""
    body = _body(request)
    if body is None:
        return HttpResponse(status=413)
    number = request.POST.get("id", "")
    _take_hint("mollie", number, timezone.now())
    return HttpResponse()


@csrf_exempt
@require_POST
def stripe_(request: HttpRequest) -> HttpResponse:
    """An event as JSON, signed where PAYMENT_URL holds the secret."""
    body = _body(request)
    if body is None:
        return HttpResponse(status=413)
    provider = payment_provider()
    secret = provider.webhook_secret if isinstance(provider, Stripe) else ""
    if secret and not _is_signed(body, request.headers.get("Stripe-Signature", ""), secret):
        return HttpResponse(status=400)
    for number in _numbers(body):
        _take_hint("stripe", number, timezone.now())
    return HttpResponse()


def _take_hint(provider: str, number: str, at: datetime) -> None:
    """Ask about the payment; where the provider does not answer, `manage.py run_due` asks again."""
    # Databases choke on NUL and on half a surrogate pair.
    can_be = len(number) <= MOST_CHARACTERS and number.isascii() and number.isprintable()
    payment = payment_numbered(provider, number) if can_be else None
    if payment is None:
        return
    Payment.objects.filter(pk=payment.pk).update(hinted_at=at)
    try:
        look_up(payment, at)
    except ProviderUnavailable as error:
        _log.warning("a payment that was hinted at could not be looked up: %s", error)


def _body(request: HttpRequest) -> bytes | None:
    """What was sent, None if that is too much. Nothing longer than the limit is read."""
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        return None
    if length > MOST_BYTES:
        return None
    try:
        return request.body
    except RequestDataTooBig:
        return None


def _is_signed(body: bytes, signature: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body, signature, secret, stripe.Webhook.DEFAULT_TOLERANCE)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False
    return True


def _numbers(body: bytes) -> list[str]:
    """The numbers under which a payment may be known: of the session, or of the payment intent."""
    try:
        told: Any = json.loads(body)["data"]["object"]
        found = [told.get("id"), told.get("payment_intent")]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []
    return [number for number in found if isinstance(number, str)]
