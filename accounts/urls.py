from django.urls import URLPattern, URLResolver, path

from accounts.login import views as login
from accounts.sessions import views as sessions

app_name = "accounts"

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", login.login, name="login"),
    path("login/second-factor/", login.second_factor, name="second_factor"),
    path("logout/", login.logout, name="logout"),
    path("stay/", sessions.stay, name="stay"),
]
