"""Dates and times as a letter writes them, in templates: `accounts.days`."""

from django import template

from accounts.days import clock, day, month, short_day, weekday

__all__ = ["clock", "day", "month", "short_day", "weekday"]

register = template.Library()

for written in (day, short_day, month, weekday, clock):
    register.filter(written)
