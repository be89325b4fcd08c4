"""WSGI entry: `gunicorn pacsonweb.wsgi` serves every door."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pacsonweb.settings")
application = get_wsgi_application()
