"""What is done to a code that was given out."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.checkout.services import pay_at_desk
from portal.letters.services import print_slip
from studies.access_codes.services import renew, revoke
from studies.desk.queries import code_of
from studies.models import AccessCode

from .codes import is_live, row_of
from .doors import Desk, at_the_desk
from .paper import pdf_response


@require_POST
@at_the_desk
def code(request: HttpRequest, desk: Desk, code: UUID, deed: str) -> HttpResponse:
    """Take it back, keep it open longer, print a slip for it, or note that it was paid at the desk."""
    about = code_of(desk.institution, code)
    match deed:
        case "revoke":
            done = revoke(about, desk.actor, desk.at)
            _tell(request, done, _("The code was taken back. Whoever was in with it is out."))
        case "renew":
            _tell(request, renew(about, desk.actor, desk.at), _("The code works longer now."))
        case "slip" if row_of(about, desk.at).takes_slip:
            return pdf_response(print_slip(about, desk.actor, desk.at), "slip.pdf")
        case "slip":
            _tell(request, False, "")
        case "paid" if is_live(about, desk.at):
            _pay(request, desk, about)
        case _:
            raise Http404
    return redirect("portal:desk_request", request_uuid=about.request.uuid)


def _tell(request: HttpRequest, done: bool, words: str) -> None:
    if done:
        messages.success(request, words)
    else:
        messages.warning(request, _("Nothing was changed: it was so already, or it cannot be any more."))


def _pay(request: HttpRequest, desk: Desk, code: AccessCode) -> None:
    try:
        pay_at_desk(code, desk.actor, desk.at)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Noted as paid at the desk."))
