"""With an https address of its own the portal is as strict as browsers allow."""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]

ASK = """
import json, django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
call_command("check", deploy=True, fail_level="DEBUG")
plain = Client().get("/robots.txt", headers={"host": "portal.example.org"})
answer = Client().get("/robots.txt", secure=True, headers={"host": "portal.example.org"})
names = [name for name in dir(settings) if "_COOKIE_" in name]
print(json.dumps({
    "redirect": plain.get("Location"),
    "headers": dict(answer.headers),
    "settings": {name: getattr(settings, name) for name in names},
}, default=str))
"""


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the portal says of itself when it is set up for production."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "pacsonweb.settings",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "PUBLIC_URL": "https://portal.example.org",
        "DATABASE_URL": f"sqlite:///{tmp_path_factory.mktemp('production')}/db.sqlite3",
    }
    result = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return found


def test_every_cookie_is_bound_to_this_host_and_to_https(production: dict[str, Any]) -> None:
    settings = production["settings"]
    names = {name: value for name, value in settings.items() if name.endswith("_COOKIE_NAME")}
    assert len(names) >= 6
    assert all(value.startswith("__Host-") for value in names.values()), names
    for kind in ("SESSION", "CSRF", "LANGUAGE"):
        assert settings[f"{kind}_COOKIE_SECURE"] is True
        assert settings[f"{kind}_COOKIE_HTTPONLY"] is True
        assert settings[f"{kind}_COOKIE_PATH"] == "/"
        assert settings[f"{kind}_COOKIE_DOMAIN"] is None


def test_http_leads_to_https(production: dict[str, Any]) -> None:
    assert production["redirect"] == "https://portal.example.org/robots.txt"


def test_every_answer_carries_the_strict_headers(production: dict[str, Any]) -> None:
    headers = production["headers"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"
    assert "camera=()" in headers["Permissions-Policy"]
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
