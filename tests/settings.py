"""Settings of the test suite: the portal's own, with quick password hashing and everything in temporary folders."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only for tests, never anywhere else")

from pacsonweb.settings import *  # noqa: F403
from pacsonweb.settings import DATABASES, STORAGES, TEMPLATES

_ROOT = Path(tempfile.mkdtemp(prefix="pacsonweb-tests-"))
ARCHIVE_ROOT = _ROOT / "archive"
# Static files as they lie in the tree, under their plain names: nothing is collected for a test run.
STATIC_ROOT = _ROOT / "static"
STATIC_ROOT.mkdir()
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DOWNLOADS_AT_ONCE = 1000  # answers that a test leaves unread count until they are forgotten
PASSWORD_HASHERS = ["tests.hashers.QuickArgon2"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file: in-memory SQLite answers "database table is locked" under parallel requests.
    DATABASES["default"]["TEST"] = {"NAME": str(_ROOT / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"] = DATABASES["default"]["OPTIONS"] | {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    }

TEMPLATES[0]["OPTIONS"] |= {"debug": True}  # type: ignore[operator]
