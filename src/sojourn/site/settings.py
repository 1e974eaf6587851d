"""Settings. Everything has a default that works on one machine; the environment overrides.

`DATABASE_URL` (postgres://… or sqlite:///…), `SOJOURN_HOME` (folder for database and keys), `SOJOURN_SECRET_KEY`,
`SOJOURN_HOSTS` (comma separated), `SOJOURN_PORT`, `SOJOURN_URL` (address that goes into messages),
`SOJOURN_DEBUG`, `SOJOURN_LOG`, `SOJOURN_SECRET_KEY_FALLBACKS` (former secret keys, comma separated, whose cookies and
links still hold), `SOJOURN_SECURITY_CONTACT` (where to report a weakness: mailto:… or https://…, comma separated),
`SOJOURN_SECOND_FACTOR` (required or offered; see `second_factor`), `SOJOURN_IDLE_MIN` (minutes until a session ends).
"""

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.conf import locale
from django.utils.translation import gettext_lazy as _

from sojourn.site.databases import database_from
from sojourn.site.second_factor import second_factor
from sojourn.site.secrets import secret_in

ROOT = Path(__file__).resolve().parents[3]
HOME = Path(os.environ.get("SOJOURN_HOME", ROOT / "var")).resolve()
HOME.mkdir(parents=True, exist_ok=True)

DEBUG = os.environ.get("SOJOURN_DEBUG", "") == "1"
SECRET_KEY = os.environ.get("SOJOURN_SECRET_KEY") or secret_in(HOME / "secret.key")
SECRET_KEY_FALLBACKS = [
    key for key in os.environ.get("SOJOURN_SECRET_KEY_FALLBACKS", "").split(",") if key
]
MASTER_KEY_FILE = HOME / "master.key"
SIGNING_KEY_FILE = HOME / "signing.key"  # of the audit trail, see audit.signing
CHECKPOINTS = HOME / "checkpoints"
ALLOWED_HOSTS = os.environ.get("SOJOURN_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
PORT = int(os.environ.get("SOJOURN_PORT", "8000"))
INBOX_PORT = PORT + 1  # replies from gateways, see site.inbox_door
LOOPBACK_PORT = PORT + 2  # the built-in gateway and its phones, see site.loopback
SITE_URL = os.environ.get("SOJOURN_URL", f"http://localhost:{PORT}")
EXIT_URL = os.environ.get("SOJOURN_EXIT_URL", "https://www.wikipedia.org/")
IS_SECURE = SITE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURITY_CONTACTS = [
    contact.strip()
    for contact in os.environ.get("SOJOURN_SECURITY_CONTACT", "").split(",")
    if contact.strip()
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_cotton",
    "csp",
    "allauth.account",
    "allauth.mfa",
    "sojourn.foundation.audit",
    "sojourn.foundation.jobs",
    "sojourn.foundation.organisations",
    "sojourn.foundation.access",
    "sojourn.foundation.accounts",
    "sojourn.foundation.people",
    "sojourn.foundation.caseload",
    "sojourn.preparedness.registration",
    "sojourn.preparedness.alerts",
    "sojourn.response.exposure",
    "sojourn.response.outreach",
    "sojourn.response.referral",
    "sojourn.response.triage",
    "sojourn.reporting.board",
    "sojourn.reporting.situation",
    "sojourn.procedures.self_service",
    "sojourn.procedures.sharing",
    "sojourn.procedures.oversight",
    "sojourn.procedures.alert_to_outreach",
    "sojourn.procedures.exercise",
    "sojourn.procedures.four_eyes",
    "sojourn.procedures.lock_down",
    "sojourn.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "sojourn.site.response_headers.ResponseHeadersMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "sojourn.site.request_size.RequestSizeMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "sojourn.foundation.accounts.middleware.SessionLimitsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "sojourn.foundation.access.middleware.ViewerMiddleware",
    "sojourn.foundation.access.refusals.RefusalMiddleware",
    "sojourn.foundation.accounts.stand_in.StandInMiddleware",
    "sojourn.foundation.accounts.middleware.WhatIsLackingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "sojourn.site.urls"
WSGI_APPLICATION = "sojourn.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEST_RUNNER = "django.test.runner.DiscoverRunner"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "sojourn.site.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.l10n",
                "django.templatetags.static",
                "sojourn.site.templatetags.page",
            ],
        },
    }
]

DATABASES = {"default": database_from(os.environ.get("DATABASE_URL", ""), home=HOME)}

AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = ["sojourn.foundation.accounts.door.Door"]
CSRF_FAILURE_VIEW = "sojourn.site.errors.expired_form"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "sojourn.foundation.accounts.passwords.WellKnownPasswordValidator"},
]

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", _("English")),
    ("fr", _("French")),
    ("es", _("Spanish")),
    ("ar", _("Arabic")),
    ("ne", _("Nepali")),
    ("bn", _("Bengali")),
    ("hi", _("Hindi")),
    ("fil", _("Filipino")),
    ("am", _("Amharic")),
    ("uk", _("Ukrainian")),
    ("vi", _("Vietnamese")),
]
locale.LANG_INFO.update(
    {
        "fil": {"bidi": False, "code": "fil", "name": "Filipino", "name_local": "Filipino"},
        "am": {"bidi": False, "code": "am", "name": "Amharic", "name_local": "አማርኛ"},
    }
)
LOCALE_PATHS = [ROOT / "locale"]

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 200  # the form refuses more than 100 beside the field

# `__Host-`: a browser takes the cookie from this host only, over https only, for every path (RFC 6265bis, 4.1.3.2).
_HOST_ONLY = "__Host-" if IS_SECURE else ""
SESSION_COOKIE_NAME = f"{_HOST_ONLY}sojourn-session"
CSRF_COOKIE_NAME = f"{_HOST_ONLY}sojourn-form"
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_ENGINE = "sojourn.foundation.accounts.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_IDLE_MIN = int(os.environ.get("SOJOURN_IDLE_MIN", "15"))
SESSION_SHARED_IDLE_MIN = 5
FRESH_MIN = 10  # how long a user need not show again who they are
SECOND_FACTOR = second_factor(os.environ.get("SOJOURN_SECOND_FACTOR", ""), site_url=SITE_URL)
MFA_ADAPTER = "sojourn.foundation.accounts.factors.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_SECURE
SECURE_SSL_REDIRECT = IS_SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_SECURE else None
SECURE_REFERRER_POLICY = "same-origin"  # "no-referrer" would make browsers send "Origin: null"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "script-src-attr": [NONE],
        "style-src": [SELF],
        "style-src-attr": [NONE],
        "frame-src": [NONE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

JOBS_BACKEND = os.environ.get("SOJOURN_JOBS", "embedded")  # or celery
JOBS_BROKER_URL = os.environ.get("SOJOURN_BROKER", "amqp://guest:guest@127.0.0.1:5672//")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("SOJOURN_LOG", "WARNING")},
}
