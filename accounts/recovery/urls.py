"""The addresses of getting back into an account. Their names are within `accounts`."""

from django.urls import URLPattern, path

from .pages import lost, reset

urlpatterns: list[URLPattern] = [
    path("reset/", reset.reset, name="reset"),
    path("reset/sent/", reset.sent, name="reset_sent"),
    path("reset/link/<str:token>/", reset.link, name="reset_link"),
    path("reset/password/", reset.password, name="reset_password"),
    path("reset/done/", reset.done, name="reset_done"),
    path("lost-factor/", lost.lost_factor, name="lost_factor"),
    path("lost-factor/stop/link/<str:token>/", lost.stop_link, name="stop_recovery_link"),
    path("lost-factor/stop/", lost.stop, name="stop_recovery"),
    path("stopped/", lost.stopped, name="stopped"),
]
