"""Nobody fills the disk by sending files to a form that takes none."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/patient/", "/login/", "/language/"])
@pytest.mark.parametrize("enforce_csrf_checks", [True, False])
def test_a_file_is_refused_where_it_begins(address: str, enforce_csrf_checks: bool) -> None:
    browser = Client(enforce_csrf_checks=enforce_csrf_checks)
    browser.get("/patient/")
    answer = browser.post(address, {"language": "nl", "photo": SimpleUploadedFile("photo.jpg", b"x" * 4_000_000)})
    assert answer.status_code == 400


def test_a_form_without_one_is_read_as_ever() -> None:
    assert Client().post("/language/", {"language": "nl", "next": "/patient/"})["Location"] == "/patient/"
