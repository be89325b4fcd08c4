"""How long a visit still lasts, for the page that announces its end."""

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from .activity import not_activity
from .services import may_stay_longer, seconds_left
from .services import stay as note_activity


@not_activity
@require_http_methods(["GET", "HEAD", "POST"])
def stay(request: HttpRequest) -> JsonResponse:
    """A POST says that a person is still there; a GET only asks. Both answer with the seconds that are left."""
    at = timezone.now()
    if request.method == "POST":
        note_activity(request, at)
    return JsonResponse({"seconds": seconds_left(request, at), "extendable": may_stay_longer(request, at)})
