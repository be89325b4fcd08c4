"""The addresses of a registration, and of an invitation. Their names are within `accounts`."""

from django.urls import URLPattern, path

from .pages import asking, confirming, first_number, invited, status

urlpatterns: list[URLPattern] = [
    path("register/", asking.register, name="register"),
    path("register/sent/", asking.sent, name="register_sent"),
    path("register/again/", asking.again, name="register_again"),
    path("register/confirm/<str:token>/", confirming.link, name="register_link"),
    path("register/password/", confirming.password, name="register_password"),
    path("register/phone/", first_number.phone, name="register_phone"),
    path("register/phone/again/", first_number.phone_again, name="register_phone_again"),
    path("register/phone/number/", first_number.phone_number, name="register_phone_number"),
    path("register/status/", status.status, name="register_status"),
    path("invitation/done/", invited.done, name="invitation_done"),
    path("invitation/<str:token>/", invited.link, name="invitation_link"),
    path("invitation/", invited.invitation, name="invitation"),
]
