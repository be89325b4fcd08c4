"""What Twilio tells of a text message's way (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status).

Only what is signed with the account's token counts (https://www.twilio.com/docs/usage/webhooks/webhooks-security). It
may come twice, late, in any order, or before the request that sent the message is over.
"""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.challenges.services import note_delivery
from accounts.sms.services import sms_sender
from accounts.sms.twilio import TwilioSms

from .services import fall_back

_UNDELIVERABLE = ("undelivered", "failed", "canceled")
_DELIVERED = ("delivered", "read")


@csrf_exempt
@require_POST
def twilio(request: HttpRequest) -> HttpResponse:
    """`?message=` is our UUID of the message, `MessageStatus` what became of it."""
    sender = sms_sender()
    if not isinstance(sender, TwilioSms):
        raise Http404
    address = settings.PUBLIC_URL + request.get_full_path()
    if not sender.has_signed(address, request.POST, request.headers.get("X-Twilio-Signature", "")):
        return HttpResponse(status=403)
    status, at = request.POST.get("MessageStatus", ""), timezone.now()
    message = _uuid(request.GET.get("message", ""))
    if message is not None and status in (*_DELIVERED, *_UNDELIVERABLE):
        undeliverable = note_delivery(message, status in _DELIVERED, at)
        if undeliverable is not None:
            fall_back(undeliverable, at)
    return HttpResponse(status=204)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
