from django.urls import URLPattern, URLResolver, path

from portal.checkout import local_views, webhooks
from portal.checkout import views as checkout
from portal.desk import batch_views, code_views, request_views
from portal.desk import views as desk
from portal.home import views as home
from portal.language import views as language
from portal.link import views as link
from portal.patient_login import views as patient_login
from portal.patient_login.second_factor import views as second_factor
from portal.patient_login.second_factor import webhooks as sms_webhooks
from portal.patient_request import renewal, taking, wishes
from portal.patient_request import views as patient_request
from portal.rescue import views as rescue
from portal.theme import views as theme

app_name = "portal"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("P/<path:text>", link.link, name="link"),  # as a phone's keyboard begins; links are made of the next one
    path("p/<path:text>", link.link, name="link"),
    path("patient/", patient_login.patient, name="patient"),
    path("patient/token/", second_factor.token, name="token"),
    path("patient/token/send/", second_factor.send, name="send_token"),
    path("patient/token/way/", second_factor.way, name="token_way"),
    path("patient/token/not-mine/", second_factor.not_mine, name="token_not_mine"),
    path("patient/payment/", checkout.payment, name="payment"),
    path("patient/payment/return/", checkout.payment_return, name="payment_return"),
    path("patient/payment/receipt.pdf", checkout.receipt, name="receipt"),
    path("patient/payment/local/<uuid:payment>/", local_views.local_payment, name="local_payment"),
    path("webhooks/twilio/", sms_webhooks.twilio, name="twilio_webhook"),
    path("webhooks/mollie/", webhooks.mollie, name="mollie_webhook"),
    path("webhooks/stripe/", webhooks.stripe_, name="stripe_webhook"),
    path("patient/lost/", rescue.lost, name="lost"),
    path("patient/request/", patient_request.request_page, name="request"),
    path("patient/request/download/", taking.everything, name="download"),
    path("patient/request/download/pictures/", taking.pictures, name="download_pictures"),
    path("patient/request/longer/", renewal.longer, name="longer"),
    path("patient/request/tell-me/", wishes.tell_me, name="tell_me"),
    path("patient/request/calendar.ics", wishes.calendar, name="calendar"),
    path("patient/request/for-someone-else/", wishes.for_someone_else, name="for_someone_else"),
    path("patient/request/wrong-data/", wishes.wrong_data, name="wrong_data"),
    path("patient/request/stop/<uuid:look>/", wishes.stop, name="stop"),
    path("desk/", desk.desk, name="desk"),
    path("desk/search/", desk.search, name="desk_search"),
    path("desk/institution/", desk.institution, name="desk_institution"),
    path("desk/letters/", batch_views.letters, name="desk_letters"),
    path("desk/requests/<uuid:request_uuid>/", request_views.show, name="desk_request"),
    path("desk/requests/<uuid:request_uuid>/letter/", request_views.letter, name="desk_letter"),
    path("desk/requests/<uuid:request_uuid>/send/", request_views.send, name="desk_send"),
    path("desk/requests/<uuid:request_uuid>/patient/", request_views.patient, name="desk_patient"),
    path("desk/requests/<uuid:request_uuid>/release/", request_views.release, name="desk_release"),
    path("desk/codes/<uuid:code>/<slug:deed>/", code_views.code, name="desk_code"),
    path("desk/messages/<uuid:message>/", request_views.answer, name="desk_answer"),
    path("language/", language.choose, name="language"),
    path("theme/", theme.choose, name="theme"),
    path("healthz", home.health, name="health"),
    path("robots.txt", home.robots, name="robots"),
]
