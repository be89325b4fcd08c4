from django.urls import URLPattern, URLResolver, path

from accounts.login import views as login

app_name = "accounts"

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", login.login, name="login"),
    path("login/second-factor/", login.second_factor, name="second_factor"),
    path("logout/", login.logout, name="logout"),
]
