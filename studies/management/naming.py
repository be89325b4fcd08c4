"""How commands name an institution and one of its requests."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError

from studies.institutions.queries import request_named
from studies.models import Institution, Request


def add_request_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("request", metavar="ACCESSION", help="the accession number, or the UUID of the request")
    parser.add_argument("--institution", required=True, metavar="SLUG", help="the institution's short name")


def institution_of(options: dict[str, Any]) -> Institution:
    """The institution that `--institution` names. Raises CommandError."""
    institution = Institution.objects.filter(slug=options["institution"]).first()
    if institution is None:
        known = ", ".join(Institution.objects.order_by("slug").values_list("slug", flat=True)) or "none"
        raise CommandError(f"There is no institution {options['institution']!r}. There are: {known}.")
    return institution


def request_of(options: dict[str, Any]) -> Request:
    """The request that the arguments name. Raises CommandError."""
    institution = institution_of(options)
    request = request_named(institution, options["request"])
    if request is None:
        raise CommandError(f"{institution} has no request {options['request']!r}.")
    return request
