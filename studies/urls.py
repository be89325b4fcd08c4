"""Addresses of studies. IDs are lower-case UUIDs; no search words, no DICOM UIDs, no counters but a picture's frame."""

from django.urls import URLPattern, URLResolver, path

from studies.download import views as downloads
from studies.overview import study_pages, views
from studies.viewer import endpoints

app_name = "studies"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.overview, name="overview"),
    path("<uuid:study>/", study_pages.study, name="study"),
    path("<uuid:study>/viewer/", study_pages.full_window, name="viewer"),
    path("<uuid:study>/report/", study_pages.report, name="report"),
    path("<uuid:study>/report.pdf", downloads.report, name="report_pdf"),
    path("<uuid:study>/download/", downloads.images, name="download"),
    path("<uuid:study>/download/pictures/", downloads.pictures, name="download_pictures"),
    path("<uuid:study>/pictures/<uuid:instance>/<int:frame>/<slug:name>.jpg", endpoints.picture, name="picture"),
    path("<uuid:study>/documents/<uuid:instance>.pdf", endpoints.document, name="document"),
]
