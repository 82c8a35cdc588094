"""Settings, from the environment only; a missing or bad value stops the process with its name.

``OPENLAAS_SECRET_KEY``    signs, and derives the database roles' passwords; required.
``OPENLAAS_OLD_SECRET_KEYS`` comma-separated; what it was before, until `openlaas officers reseal`.
``DATABASE_URL``           the owner role on a PostgreSQL 18 server; operators' commands need it.
``OPENLAAS_CONTROL_URL``   the control plane as ``openlaas_control``; derived from DATABASE_URL.
``OPENLAAS_CELL_URL``      the cells' server as ``openlaas_login``; derived from DATABASE_URL.
``REDIS_URL``              Redis or Valkey.
``OPENLAAS_POOL_SLOTS``    tenant connections per cell and process.
``OPENLAAS_POOL_CONNECTIONS`` tenant connections per process and server, over all its cells.
``OPENLAAS_CONNECTION_MAX_BODIES`` a tenant connection that has touched so many bodies is replaced:
                           it remembers each, in memory that it never gives back. 0: never.
``OPENLAAS_ALLOWED_HOSTS`` comma-separated host names.
``OPENLAAS_URL``           the portal's own, ``https://host``: passkeys are made for it. Without it
                           they work on localhost only.
``OPENLAAS_BEHIND_PROXY``  our proxy is before this process (`openlaas nodes`): its word is taken
                           for how long requests have waited, and what comes too much is sent away.
``OPENLAAS_PASSWORDS_AT_ONCE`` passwords that a process checks or keeps waiting for it: one thread
                           less than it has, behind a proxy; else as many as come.
``OPENLAAS_REPORTS_AT_ONCE`` papers and files of one body in hand at once, over all processes; and
``OPENLAAS_IMPORTS_AT_ONCE`` its imports.
``OPENLAAS_FILES``         the folder of attachments; ``files`` in OPENLAAS_VAR by default.
``OPENLAAS_FILES_BUCKET``  an S3 bucket for them instead, with ``OPENLAAS_FILES_ENDPOINT`` where it
                           is not Amazon's and credentials as boto3 finds them; needs openlaas[s3].
``OPENLAAS_STATE_BUDGET_ACCOUNT`` the account of รายได้จากงบประมาณ, which the published chart lacks:
                           until it is set, posting rule GF01 is refused.
"""

import sys
from pathlib import Path
from urllib.parse import urlsplit

from environs import Env

from openlaas import database_urls, observability
from tenants.fleet_health import budget

env = Env()

BASE_DIR = Path(__file__).resolve().parents[2]
BUILD_DIR = env.path("OPENLAAS_BUILD", BASE_DIR / "build")

SECRET_KEY = env.str("OPENLAAS_SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("OPENLAAS_OLD_SECRET_KEYS", default=[])
DEBUG = env.bool("OPENLAAS_DEBUG", default=False)
ALLOWED_HOSTS = env.list("OPENLAAS_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
PUBLIC_URL = env.str("OPENLAAS_URL", default="")
if PUBLIC_URL and not urlsplit(PUBLIC_URL).hostname:
    message = "OPENLAAS_URL must be an address such as https://openlaas.example.go.th"
    raise RuntimeError(message)
BEHIND_PROXY = env.bool("OPENLAAS_BEHIND_PROXY", default=False)
RELEASE = "0.1.0"

# --- databases -----------------------------------------------------------------------------------

_owner_url = env.str("DATABASE_URL", default="")
_owner = database_urls.connection_parameters(_owner_url) if _owner_url else {}


def _parameters(variable: str, *, role: str, database: str | None) -> dict[str, str]:
    url = env.str(variable, default="")
    if url:
        return database_urls.connection_parameters(url)
    if not _owner:
        message = f"{variable} or DATABASE_URL must be set"
        raise RuntimeError(message)
    return database_urls.as_role(_owner, role=role, database=database, secret_key=SECRET_KEY)


CONTROL_PARAMETERS = _parameters(
    "OPENLAAS_CONTROL_URL",
    role=database_urls.CONTROL_ROLE,
    database=database_urls.CONTROL_DATABASE,
)
CELL_PARAMETERS = _parameters(
    "OPENLAAS_CELL_URL", role=database_urls.CELL_LOGIN_ROLE, database=None
)
OWNER_PARAMETERS = _owner  # empty in web and worker processes: they cannot act as the owner

THAI_TIME = "Asia/Bangkok"
_THREADS_KEEP_THEIR_CONNECTION = None
_control = database_urls.django_database(CONTROL_PARAMETERS)
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **_control,
        "CONN_MAX_AGE": _THREADS_KEEP_THEIR_CONNECTION,
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {**_control["OPTIONS"], "prepare_threshold": 0},  # see tenants.control
        "TIME_ZONE": THAI_TIME,
    },
    "tenant": {
        "ENGINE": "tenants.backend",
        **database_urls.django_database(CELL_PARAMETERS),
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "TIME_ZONE": THAI_TIME,
    },
}
if _owner:
    DATABASES["owner"] = {
        "ENGINE": "django.db.backends.postgresql",
        **database_urls.django_database({**_owner, "dbname": database_urls.CONTROL_DATABASE}),
    }
DATABASE_ROUTERS = ["tenants.routers.PlaneRouter", "django_tenants.routers.TenantSyncRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TENANT_POOL_SLOTS = env.int("OPENLAAS_POOL_SLOTS", default=8)
TENANT_POOL_STICKY = env.bool("OPENLAAS_POOL_STICKY", default=True)  # off only to measure it
TENANT_POOL_CONNECTIONS = env.int(
    "OPENLAAS_POOL_CONNECTIONS", default=budget.CONNECTIONS_OF_A_PROCESS
)
TENANT_CONNECTION_MAX_BODIES = env.int("OPENLAAS_CONNECTION_MAX_BODIES", default=128)
TENANT_CONNECTION_MAX_AGE_SECONDS = env.int("OPENLAAS_CONNECTION_MAX_AGE_SECONDS", default=900)

# Of one body, over all processes.
REPORTS_AT_ONCE = env.int("OPENLAAS_REPORTS_AT_ONCE", default=4)
IMPORTS_AT_ONCE = env.int("OPENLAAS_IMPORTS_AT_ONCE", default=2)

# --- applications --------------------------------------------------------------------------------

SHARED_APPS = ["django_tenants", "django.contrib.contenttypes", "django.contrib.auth", "tenants"]
TENANT_APPS = ["accounting"]
INSTALLED_APPS = [
    *SHARED_APPS,
    *TENANT_APPS,
    "openlaas.static_files.ServedStaticFiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "api",
    "portal",
    "jobs",
]
TENANT_MODEL = "tenants.Body"
TENANT_DB_ALIAS = "tenant"
AUTH_USER_MODEL = "tenants.Officer"
PASSWORDS_AT_ONCE = env.int(
    "OPENLAAS_PASSWORDS_AT_ONCE",
    default=budget.THREADS_OF_A_PROCESS - 1 if BEHIND_PROXY else sys.maxsize,
)
PASSWORD_HASHERS = ["tenants.officers.passwords.OfficePasswordHasher"]

MIDDLEWARE = [
    "openlaas.observability.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.LanguageMiddleware",
    "openlaas.measures.MeasuresMiddleware",
    *(["openlaas.admission.AdmissionMiddleware"] if BEHIND_PROXY else []),
    "openlaas.leasing.LeaseMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "openlaas.urls"
WSGI_APPLICATION = "openlaas.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "portal.context.page",
            ],
            "builtins": ["portal.templatetags.thai"],
        },
    },
]
APPEND_SLASH = False

# --- language, time, files -----------------------------------------------------------------------

LANGUAGE_CODE = "th"
LANGUAGES = [("th", "ไทย"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = THAI_TIME
STATIC_URL = "/static/"
STATIC_ROOT = BUILD_DIR / "static"
_var = env.path("OPENLAAS_VAR", BASE_DIR / "var")
_attachments: dict[str, object] = {
    "BACKEND": "accounting.attachments.store.LocalFolder",
    "OPTIONS": {"location": env.path("OPENLAAS_FILES", _var / "files")},
}
if _bucket := env.str("OPENLAAS_FILES_BUCKET", default=""):
    _attachments = {
        "BACKEND": "accounting.attachments.bucket.Bucket",
        "OPTIONS": {
            "bucket_name": _bucket,
            "endpoint_url": env.str("OPENLAAS_FILES_ENDPOINT", default="") or None,
        },
    }
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "attachments": _attachments,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
_COMPRESSED_ALREADY = ["jpg", "png", "webp", "gz", "zip", "br", "woff", "woff2"]
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*_COMPRESSED_ALREADY, "map"]  # maps: nobody downloads them
WHITENOISE_USE_FINDERS = env.bool("OPENLAAS_STATIC_FROM_SOURCE", default=False)

# --- security ------------------------------------------------------------------------------------

_https = env.bool("OPENLAAS_HTTPS", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_600  # 500 lines of five fields, and the entry's own
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # bytes; a journal entry of 500 lines is 0.3 MB

# --- API -----------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.BearerToken"],
    "DEFAULT_PERMISSION_CLASSES": ["api.permissions.IsSignedIn"],
    "DEFAULT_RENDERER_CLASSES": ["api.rendering.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.parsing.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "api.negotiation.Negotiation",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "api.errors.handle",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "OpenLAAS",
    "DESCRIPTION": "The accounts of every Thai local body, one API for all of them.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "AreaLevelEnum": "api.shapes.central.AREA_LEVELS",
        "TableLevelEnum": "api.shapes.central.TABLE_LEVELS",
        "AnnouncementStateEnum": "api.shapes.oversight.ANNOUNCEMENT_STATES",
        "BankAccountKindEnum": "accounting.bank_accounts.rules.KINDS",
        "MasterKindEnum": "api.shapes.master_data.MASTER_KINDS",
        "MasterVersionStateEnum": "api.shapes.master_data.VERSION_STATES",
        "BodyStateEnum": "api.shapes.people.BODY_STATES",
        "ReceiptMethodEnum": "accounting.receipts.drafts.METHODS",
        "PaymentMethodEnum": "accounting.cheques.drafts.METHODS",
        "QuestionStateEnum": "api.shapes.oversight.QUESTION_STATES",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.openapi.refuse_unknown_fields",
        "api.openapi.earlier_generations",
    ],
}

# --- the books ---------------------------------------------------------------------------------

# Accounts that the nation names where the published chart has none, by rule and line.
POSTING_RULE_ACCOUNTS = {("GF01", 2): env.str("OPENLAAS_STATE_BUDGET_ACCOUNT", default="")}

# --- jobs ----------------------------------------------------------------------------------------

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")

# --- what it says of itself ----------------------------------------------------------------------

LOGGING = observability.logging_settings(json_lines=env.bool("OPENLAAS_JSON_LOGS", default=False))
observability.start_sentry(dsn=env.str("SENTRY_DSN", default=""), release=RELEASE)
