"""An address that takes a token."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def nothing(request: HttpRequest, token: str) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("opening/<str:token>/", nothing, name="opening")]
