"""Settings, all from the environment; a wrong value stops the process with one clear sentence."""

import os
import secrets
import socket
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from .busy import patience_on_postgresql
from .environment import (
    certificate,
    certificate_authority,
    database,
    flag,
    inner_address,
    mail_address,
    mail_server,
    names,
    networks,
    number,
    one_of,
    secret,
    text,
    web_address,
)
from .files import write_whole

SOURCE = Path(__file__).resolve().parent
REPOSITORY = SOURCE.parent.parent
HOME = Path(text("CENTRALKA_HOME", str(REPOSITORY / "var"))).resolve()
ENGINE_DIR = Path(text("CENTRALKA_ENGINE_DIR", str(HOME / "engine-bundle"))).resolve()
"""The folder of the programs of engine and edge, fetched into it if need be; several instances can share it."""
EDGE_DIR = ENGINE_DIR / "edge"
BIND = text("CENTRALKA_BIND", "127.0.0.1")
HTTP_PORT = number("CENTRALKA_HTTP_PORT", 8000)
SIP_PORT = number("CENTRALKA_SIP_PORT", 5060)
TLS_PORT = number("CENTRALKA_TLS_PORT", SIP_PORT + 1)
"""SIP over TLS; beside the port without, so that several instances differ in both."""
WSS_PORT = number("CENTRALKA_WSS_PORT", HTTP_PORT + 443)
"""SIP over secure WebSocket. Not that of TLS, 5061: browsers refuse to connect there."""
WS_PORT = number("CENTRALKA_WS_PORT", WSS_PORT + 1)
"""SIP over WebSocket without TLS, on 127.0.0.1 alone: for the phone in a browser on this machine."""
TLS_PEM, TLS_NAME = certificate("CENTRALKA_TLS_PEM", "CENTRALKA_TLS_NAME")
"""The certificate for TLS and secure WebSocket, the chain to its authority, and its key (None: one of our own); and the
name by which phones know this exchange over them ("": the address)."""
ACME_DIRECTORY = certificate_authority("CENTRALKA_ACME", TLS_NAME, TLS_PEM)
"""The authority from which the worker obtains a certificate for TLS_NAME (RFC 8555); "": none."""
CARRIER_PORT = number("CENTRALKA_CARRIER_PORT", 5080)
"""The port on which the sandbox carrier listens (`make carrier`)."""
SMS_NETWORK_PORT = number("CENTRALKA_SMS_NETWORK_PORT", CARRIER_PORT + 1)
"""The port on which it plays a network of text messages (HTTP)."""
SMPP_NETWORK_PORT = number("CENTRALKA_SMPP_NETWORK_PORT", CARRIER_PORT + 2)
"""The port on which it plays the same network over SMPP."""
SMS_DENIED_NAMES = names("CENTRALKA_SMS_DENIED_NAMES")
"""Words that no sender name of text messages may hold, in whatever spelling; public bodies are refused without it."""
NODE = text("CENTRALKA_NODE", "node1")
"""Names this machine's engine in call identifiers and registrations; each engine has its own."""
PARTS = one_of("CENTRALKA_PARTS", "all", "engine")
"""The parts that `centralka run` starts here: everything, or an engine and its switchboard for an edge that runs
elsewhere."""
INNER = inner_address("CENTRALKA_INNER", "127.0.0.1")
"""The address at which edge and engines of several machines meet; strangers must not reach it (docs/scale.md)."""
STUCK_SECONDS = number("CENTRALKA_STUCK_SECONDS", 30, least=10, most=3600)
"""The engine and the panel may leave a question unanswered for so long, then they are killed and started again; the
switchboard, for which callers wait, half as long; the worker, which does long work, ten times as long."""
ASK_PHONES_SECONDS = number("CENTRALKA_ASK_PHONES_SECONDS", 25, least=1, most=60)
"""Seconds between two questions to a phone whether it is there; after three without an answer it is shown as silent."""
DEAD_CALL_SECONDS = number("CENTRALKA_DEAD_CALL_SECONDS", 300, least=90, most=1800)
"""A phone or carrier that vanishes in a call ends it within so long. RFC 4028 (4) has no interval below 90 seconds."""


def _secret_key() -> str:
    """Return the key that signs sessions: from the environment, else made once and kept in the home folder."""
    if given := text("CENTRALKA_SECRET_KEY"):
        return given
    kept = HOME / "secret-key"
    if not kept.exists() or not kept.stat().st_size:
        HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(kept, secrets.token_urlsafe(50))
    return kept.read_text()


SECRET_KEY = _secret_key()
DEBUG = flag("CENTRALKA_DEBUG")
ALLOWED_HOSTS = names("CENTRALKA_ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]", BIND))
PROXIES = text("CENTRALKA_PROXIES")
"""Addresses of proxies that may say from where a request really comes, with commas between them."""
CSRF_TRUSTED_ORIGINS = names("CENTRALKA_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "template_partials",
    "centralka.store",
    "centralka.panel",
    "centralka.api",
]
MIDDLEWARE = [
    "centralka.compression.CompressionMiddleware",
    "centralka.api.http.refusals.ProblemMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "centralka.panel.sessions.SessionMiddleware",
    "centralka.panel.company_address.CompanyAddressMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "centralka.panel.middleware.ActorMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "centralka.urls"
ASGI_APPLICATION = "centralka.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "centralka.panel.context.panel",
            ],
            "builtins": ["template_partials.templatetags.partials"],
        },
    }
]

DISK_WARN_MB = number("CENTRALKA_DISK_WARN_MB", 1024)
"""The operator is warned when less is free on the disk of HOME."""
MIN_FREE_MB = number("CENTRALKA_MIN_FREE_MB", 200)
"""With less on the disk no voice message and no fax is begun: the database and the journal need the rest."""

WEBHOOK_NETWORKS = networks("CENTRALKA_WEBHOOK_NETWORKS")
"""Inner networks to which companies' events may go all the same, also without encryption."""
METRICS_TOKEN = secret("CENTRALKA_METRICS_TOKEN")
"""The token of programs that read `/metrics`; "": none may."""

KEEP_CALLS_DAYS = number("CENTRALKA_KEEP_CALLS_DAYS", 1095, most=36500)
"""Records of calls are removed after so long; three years is when claims lapse. 0, here and below: never."""
KEEP_MESSAGES_DAYS = number("CENTRALKA_KEEP_MESSAGES_DAYS", 365, most=36500)
"""Voice messages, heard or not."""
KEEP_FAXES_DAYS = number("CENTRALKA_KEEP_FAXES_DAYS", 1095, most=36500)
KEEP_SMS_DAYS = number("CENTRALKA_KEEP_SMS_DAYS", 365, most=36500)
"""Text messages, sent and received."""
KEEP_MAILS_DAYS = number("CENTRALKA_KEEP_MAILS_DAYS", 90, most=36500)
"""The delivery log of mails."""
KEEP_AUDIT_DAYS = number("CENTRALKA_KEEP_AUDIT_DAYS", 1095, most=36500)
"""The audit log, and the lifted stops against fraud."""

# -- Data --------------------------------------------------------------------------------------------------------

LOCK_SECONDS = 20
"""So long what is written waits for somebody who holds it; then nothing is saved, and it is tried again or told."""
DATABASE_URL, _database = database("CENTRALKA_DATABASE_URL", f"sqlite:///{HOME / 'centralka.sqlite3'}")
DATABASES = {"default": _database}
if DATABASE_URL.startswith("sqlite"):
    # A writer that finds another at work waits for a while instead of failing; readers never wait (WAL).
    # Tests use a file as well: SQLite locks a database in memory by table, which nothing real does.
    DATABASES["default"]["TEST"] = {"NAME": str(HOME / f"test-{os.getpid()}.sqlite3")}
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": LOCK_SECONDS,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # Each request has a thread of its own, so a connection that is kept would never be used again.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    # A row that a stuck transaction of another program holds would be waited for without an end. Whoever writes
    # `?options=` into the address decides otherwise.
    DATABASES["default"]["OPTIONS"] = patience_on_postgresql(LOCK_SECONDS) | dict(_database.get("OPTIONS") or {})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- Mail --------------------------------------------------------------------------------------------------------

SMTP = mail_server("CENTRALKA_SMTP_URL")
"""None: mails become files in MAIL_FOLDER."""
MAIL_FOLDER = HOME / "mail"
MAIL_FROM = mail_address("CENTRALKA_MAIL_FROM", f"centralka@{socket.gethostname()}")
PUBLIC_URL = web_address("CENTRALKA_PUBLIC_URL")
"""The address at which people reach the panel, for links in mails; "": mails have none."""

# -- People ------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "store.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {"user_attributes": ["email", "name"]},
        "MinimumLengthValidator": {"min_length": 12},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]
PASSWORD_HASHERS = [
    "centralka.store.hashers.QueuedArgon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# A link by which a forgotten password is replaced is good for so long.
PASSWORD_RESET_TIMEOUT = 3600
OPERATORS_SECOND_FACTOR = flag("CENTRALKA_OPERATORS_SECOND_FACTOR")
"""People who run the installation do nothing in the panel before they have set a second factor up."""
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "/logowanie?why=out"
# Five wrong passwords for one login from one address lock that pair for 15 minutes (django-axes).
AXES_FAILURE_LIMIT = number("CENTRALKA_LOGIN_FAILURES", 5)
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_CALLABLE = "centralka.panel.sign_in.views.locked_out"
# The library's log of sign-ins is read and cleaned up by nobody.
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS: list[str] = ["password"]
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
SESSION_ENGINE = "centralka.store.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = flag("CENTRALKA_HTTPS")
# Without use; a session that is used goes on (`panel/sessions.py`).
SESSION_COOKIE_AGE = 12 * 3600
CSRF_FAILURE_VIEW = "centralka.panel.typed.csrf_failure"
# Two instances on one address differ by port only, and cookies know no ports.
SESSION_COOKIE_NAME = f"centralka_session_{HTTP_PORT}"
CSRF_COOKIE_NAME = f"centralka_csrf_{HTTP_PORT}"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# -- Words -------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "pl"
LANGUAGES = [("pl", _("Polish")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "centralka_language"
# Compiled from every .po file of the source by `centralka.messages`.
LOCALE_PATHS = [HOME / "locale"]
TIME_ZONE = "Europe/Warsaw"
USE_TZ = True
USE_I18N = True

# -- Files -------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
# Copies under hashed names, which browsers keep for good, made at start-up (`centralka.static_files`).
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Nobody else on this machine reads in the home folder.
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
# Under its plain name a file is asked for again each time: nobody sees an old one after an upgrade.
WHITENOISE_MAX_AGE = 0

LOG_FORMAT = one_of("CENTRALKA_LOG_FORMAT", "lines", "json")
"""The form in which our processes write their logs; engine and edge have formats of their own."""
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {"()": "centralka.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": text("CENTRALKA_LOG_LEVEL", "INFO")},
    "loggers": {
        # Its warnings name what was typed as the login, which may be a password; `store.sign_ins` counts failures.
        "axes": {"level": "ERROR"},
        # Somebody was refused a page, or asked for one that is not there: no fault of ours.
        "django.request": {"level": "ERROR"},
    },
}
