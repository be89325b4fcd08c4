"""Which language a page speaks: the cookie of the language menu, else the browser's wish, else English."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

View = Callable[[HttpRequest], HttpResponseBase]


def language(get_response: View) -> View:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        chosen = translation.get_language_from_request(request)
        with translation.override(chosen):
            request.LANGUAGE_CODE = chosen
            response = get_response(request)
            response.headers.setdefault("Content-Language", chosen)
            return response

    return middleware
