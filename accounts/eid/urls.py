from django.urls import URLPattern, URLResolver, path

from . import account_page, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/eid/", views.login, name="eid_login"),
    path("login/eid/nonce/", views.nonce, name="eid_nonce"),
    path("login/eid/bind/", views.bind_by_login, name="eid_bind_by_login"),
    path("login/eid/register/", views.register, name="eid_register"),
    path("login/again/eid/", account_page.again, name="eid_again"),
    path("account/eid/", account_page.card, name="eid"),
    path("account/eid/remove/", account_page.remove, name="eid_remove"),
]
