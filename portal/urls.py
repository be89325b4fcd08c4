from django.urls import URLPattern, URLResolver, path

from portal.home import views as home
from portal.language import views as language
from portal.theme import views as theme

app_name = "portal"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("language/", language.choose, name="language"),
    path("theme/", theme.choose, name="theme"),
    path("healthz", home.health, name="health"),
    path("robots.txt", home.robots, name="robots"),
]
