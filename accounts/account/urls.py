"""The addresses of one's own account. Their names are within `accounts`."""

from django.urls import URLPattern, path

from .contacts import link_pages
from .contacts import pages as contacts
from .pages import account, leaving, numbers, password

urlpatterns: list[URLPattern] = [
    path("account/", account.account, name="account"),
    path("account/recovery/stop/", account.stop_recovery, name="stop_own_recovery"),
    path("account/password/", password.password, name="change_password"),
    path("account/numbers/", numbers.numbers, name="numbers"),
    path("account/numbers/<uuid:claim>/withdraw/", numbers.withdraw, name="withdraw_number"),
    path("account/mail/", contacts.mail, name="change_mail"),
    path("account/phone/", contacts.phone, name="change_phone"),
    path("account/phone/token/", contacts.take_token, name="change_phone_token"),
    path("account/phone/send/", contacts.send_token, name="change_phone_send"),
    path("account/change/<slug:kind>/lost/", contacts.old_end_lost, name="change_without_old"),
    path("account/change/<slug:kind>/stop/", contacts.give_up, name="give_up_change"),
    path("account/change/<slug:kind>/finish/", contacts.finish, name="finish_change"),
    path("account/data/", leaving.own_data, name="own_data"),
    path("account/close/", leaving.close, name="close_account"),
    path("account/closed/", leaving.closed, name="account_closed"),
    path("change/new/link/<str:token>/", link_pages.new_link, name="change_new_link"),
    path("change/new/", link_pages.new, name="change_new"),
    path("change/old/link/<str:token>/", link_pages.old_link, name="change_old_link"),
    path("change/old/", link_pages.old, name="change_old"),
    path("change/stop/link/<str:token>/", link_pages.stop_link, name="stop_change_link"),
    path("change/stop/", link_pages.stop, name="stop_change"),
    path("change/confirmed/", link_pages.confirmed, name="change_confirmed"),
]
