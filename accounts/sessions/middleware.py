"""Gives each request its session."""

from django.contrib.sessions.middleware import SessionMiddleware as sessions
