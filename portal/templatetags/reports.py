"""A report's plain text as sections, in templates: `studies.reports.sections`."""

from django import template

from studies.reports.sections import Section, sections

__all__ = ["Section", "sections"]

register = template.Library()

register.filter(sections)
