from django.urls import URLPattern, URLResolver, include, path

from accounts.devices import views as devices
from accounts.login import again, passkey_views, set_up
from accounts.login import views as login
from accounts.sessions import pages as session_pages
from accounts.sessions import views as sessions

app_name = "accounts"

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", login.login, name="login"),
    path("login/second-factor/", login.second_factor, name="second_factor"),
    path("login/second-factor/send/", login.send_token, name="send_token"),
    path("login/second-factor/passkey/", login.second_factor_options, name="second_factor_options"),
    path("login/passkey/", passkey_views.login, name="passkey_login"),
    path("login/passkey/options/", passkey_views.options, name="passkey_login_options"),
    path("login/set-up/", set_up.set_up, name="set_up"),
    path("login/set-up/passkey/options/", set_up.set_up_options, name="set_up_options"),
    path("login/set-up/<slug:kind>/", set_up.set_up_factor, name="set_up_factor"),
    path("login/again/", again.again, name="again"),
    path("login/again/send/", again.send_token, name="again_send"),
    path("login/again/passkey/", again.options, name="again_options"),
    path("account/devices/", devices.devices, name="devices"),
    path("account/devices/backup-codes/", devices.backup_codes, name="backup_codes"),
    path("account/devices/browsers/forget/", devices.forget, name="forget_browser"),
    path("account/devices/add/passkey/options/", devices.add_options, name="add_factor_options"),
    path("account/devices/add/<slug:kind>/", devices.add, name="add_factor"),
    path("account/devices/<slug:handle>/name/", devices.name, name="name_device"),
    path("account/devices/<slug:handle>/remove/", devices.remove_device, name="remove_device"),
    path("account/sessions/", session_pages.sessions, name="sessions"),
    path("account/sessions/end/", session_pages.end, name="end_sessions"),
    path("logout/", login.logout, name="logout"),
    path("", include("accounts.eid.urls")),
    path("", include("accounts.registration.urls")),
    path("", include("accounts.recovery.urls")),
    path("", include("accounts.account.urls")),
    path("stay/", sessions.stay, name="stay"),
]
