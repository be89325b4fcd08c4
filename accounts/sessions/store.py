"""Sessions in a table of our own (decision 9)."""

from django.contrib.sessions.backends.db import SessionStore as SessionStore
