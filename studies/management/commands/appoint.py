"""`manage.py appoint MAIL --service-desk | --institution SLUG --role ROLE`: the first staff of a new portal."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from accounts.audit.actor import SYSTEM
from accounts.models import User
from accounts.service_desk.services import appoint as appoint_to_service_desk
from studies.institutions.appointments import appoint
from studies.management.naming import institution_of
from studies.models import AppointmentRole


class Command(BaseCommand):
    help = "Appoints somebody who has an account; appointing again changes nothing. The audit log names the system."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("mail", metavar="MAIL", help="the mail address of the account")
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--service-desk", action="store_true", help="at the service desk of the portal's operator")
        where.add_argument("--institution", metavar="SLUG", help="at the institution of this short name")
        parser.add_argument("--role", choices=AppointmentRole.values, help="as what, at an institution")

    def handle(self, *_args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["mail"].strip().lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody has an active account with the mail address {options['mail']!r}.")
        if options["service_desk"]:
            if options["role"]:
                raise CommandError("The service desk has no roles: leave --role out.")
            appoint_to_service_desk(user, SYSTEM, timezone.now())
            self.stdout.write(f"{user} works at the service desk.")
            return
        if not options["role"]:
            raise CommandError("Say as what: --role with --institution.")
        institution = institution_of(options)
        appointment = appoint(user, institution, AppointmentRole(options["role"]), SYSTEM, timezone.now())
        self.stdout.write(f"{user} works for {institution} as {appointment.role}.")
