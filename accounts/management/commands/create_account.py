"""`manage.py create_account MAIL --first-name … --last-name …`: an account, as the operator opens it.

The first person at the service desk comes in this way; everyone else is opened by them or registers.
"""

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.registration.services import open_account
from accounts.second_factor.services import add_totp
from accounts.service_desk.services import appoint


class Command(BaseCommand):
    help = "Open an account with a second factor. Prints its password and the app's secret, this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("mail")
        parser.add_argument("--first-name", required=True)
        parser.add_argument("--last-name", required=True)
        parser.add_argument("--title", default="")
        parser.add_argument("--service-desk", action="store_true", help="appoint the account to the service desk")

    def handle(self, *_: Any, **options: Any) -> None:
        at, password = timezone.now(), secrets.token_urlsafe(18)
        try:
            with transaction.atomic():
                user = open_account(
                    username=options["mail"],
                    password=password,
                    first_name=options["first_name"],
                    last_name=options["last_name"],
                    title=options["title"],
                    actor=SYSTEM,
                    at=at,
                )
                secret = add_totp(user, "app")
                if options["service_desk"]:
                    appoint(user, SYSTEM, at)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(f"username      {user.username}\npassword      {password}\nTOTP secret   {secret}")
