from django.urls import URLPattern, URLResolver, path

from portal.home import views as home
from portal.language import views as language
from portal.patient_login import views as patient_login
from portal.patient_request import views as patient_request
from portal.theme import views as theme

app_name = "portal"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("patient/", patient_login.patient, name="patient"),
    path("patient/request/", patient_request.request_page, name="request"),
    path("language/", language.choose, name="language"),
    path("theme/", theme.choose, name="theme"),
    path("healthz", home.health, name="health"),
    path("robots.txt", home.robots, name="robots"),
]
