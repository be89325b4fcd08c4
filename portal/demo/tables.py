"""The cast as tables for whoever started the demo."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from accounts.second_factor.totp import step_of, token_at
from studies.models import Patient, PatientSecondFactor

from .accounts import Account
from .cast import Cast, Entry


def show(cast: Cast, console: Console, now: datetime) -> None:
    """Print who can come in where, with one-time tokens as of `now`."""
    console.print(entries_table("Patients: code and date of birth", cast.entries))
    console.print(f"[bold]{settings.PUBLIC_URL}/[/bold]")
    for line in steps_in_words():
        console.print(Text(line))
    console.print()
    console.print(_accounts("Physicians: username, password, token", cast.physicians, now))
    console.print(f"[bold]{settings.PUBLIC_URL}/login/[/bold] then /studies/\n")
    console.print(_accounts("Staff: the same", cast.staff, now))
    console.print(f"[bold]{settings.PUBLIC_URL}/login/[/bold] then /admin/")
    console.print("A token holds for 30 seconds and works once: run this command again, or add the secret to an app.")


def steps_in_words() -> list[str]:
    """Where the tokens of a second factor land, and what becomes of a payment, as this installation is set."""
    return [
        f"Tokens by SMS: {_landing(settings.SMS_URL)} (SMS_URL)",
        f"Tokens by mail: {_landing(settings.EMAIL_URL)} (EMAIL_URL)",
        f"Payments: {_payments(settings.PAYMENT_URL)} (PAYMENT_URL)",
    ]


def _landing(url: str) -> str:
    """In words, and never with the user and password that an address of a real carrier holds."""
    scheme, _, rest = url.partition(":")
    if "console" in scheme:
        return "printed by the server, where it runs"
    if scheme.startswith("file"):
        return f"files in {rest.removeprefix('//')}"
    return f"sent with {scheme}" if scheme else "nowhere, nothing is set"


def _payments(url: str) -> str:
    scheme = url.partition(":")[0]
    if scheme == "local":
        return "played on a page of this portal, no money moves (local:)"
    return f"asked for by {scheme}" if scheme else "none can be made, nothing is set"


def entries_table(title: str, entries: Iterable[Entry]) -> Table:
    """One row a request: its code, or why there is none. What came from outside is text, whatever brackets it has."""
    others = ("Born", "Asks also", "Patient", "Examination", "Institution", "What to notice")
    table = Table(Column("Code", no_wrap=True), *(_column(name) for name in others), title=Text(title))
    for entry in entries:
        request = entry.request
        table.add_row(
            Text(entry.code or "no code", "bold" if entry.code else "yellow"),
            _born(request.patient),
            _asks(entry),
            Text(request.patient.display_name),
            Text(request.description),
            Text(request.institution.name),
            Text("\n".join(part for part in (entry.shows, entry.why_no_code) if part)),
        )
    return table


def _accounts(title: str, accounts: Iterable[Account], now: datetime) -> Table:
    names = ("Username", "Password", "Token now", "Secret for an app", "Role")
    table = Table(*(_column(name) for name in names), title=title)
    for account in accounts:
        token = token_at(account.totp_secret, step_of(now))
        person = account.person
        table.add_row(person.username, account.password, Text(token, "bold"), account.totp_secret, person.role)
    return table


def _column(name: str) -> Column:
    """Nothing of it is left out, however narrow the terminal: half a password lets nobody in."""
    return Column(name, overflow="fold")


def _asks(entry: Entry) -> str:
    """In the order in which they come: `pays`, `sms` or `otp`."""
    if not entry.code:
        return ""
    factor = entry.second_factor
    asked = ["pays"] * entry.pays + [factor.value] * (factor is not PatientSecondFactor.NONE)
    return ", ".join(asked) or "nothing"


def _born(patient: Patient) -> str:
    parts = (patient.birth_day, patient.birth_month, patient.birth_year)
    return " ".join(str(part) for part in parts if part is not None) or "unknown"
