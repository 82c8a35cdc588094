"""The WSGI application that the app server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openlaas.settings")
application = get_wsgi_application()
