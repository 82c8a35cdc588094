"""What the app server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loadtests.peers.plain_django_tenants.settings")
application = get_wsgi_application()
