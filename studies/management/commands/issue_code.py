"""`manage.py issue_code ACCESSION --institution SLUG`: an access code for a request, shown this once."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from studies.access_codes import CannotIssue, IssuedCode, issue
from studies.management.naming import add_request_arguments, request_of


class Command(BaseCommand):
    help = "Issues an access code for a request and prints it; only a keyed hash of it is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_request_arguments(parser)
        parser.add_argument("--days", type=int, help="how long the code works; without it, as the institution says")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        request = request_of(options)
        try:
            issued = issue(request, SYSTEM, timezone.now(), days=options["days"])
        except CannotIssue as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(json.dumps(_document(issued)) if options["json"] else _sentence(issued))


def _document(issued: IssuedCode) -> dict[str, str]:
    return {
        "code": issued.text,
        "request": str(issued.code.request.uuid),
        "accession": issued.code.request.accession_number or "",
        "expires_at": issued.code.expires_at.isoformat(),
    }


def _sentence(issued: IssuedCode) -> str:
    until = timezone.localtime(issued.code.expires_at)
    return f"{issued.text}  for request {issued.code.request}, works until {until:%Y-%m-%d %H:%M %Z}"
