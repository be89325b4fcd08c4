"""Fill in what of their number identifies the participants that came before there was a column for it.

In batches, each committed by itself: it can be interrupted and run again, and nothing waits for it for long.
"""

import re

from django.apps.registry import Apps
from django.db import migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django_countries import countries

_AT_ONCE = 2000
_BETWEEN = dict.fromkeys(map(ord, "-./ "))
_OF_A_COUNTRY = re.compile(r"([A-Z]{2})[0-9A-Z]*[0-9][0-9A-Z]*")
_REGISTERS = ["riziv", "big", "agb", "rpps", "lanr", "national"]


def fill_in(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    participants = apps.get_model("studies", "Participant").objects
    numbered = participants.filter(system__in=_REGISTERS, digits="").exclude(identifier="").order_by("pk")
    last = 0
    while some := list(numbered.filter(pk__gt=last).only("pk", "system", "identifier")[:_AT_ONCE]):
        last = some[-1].pk
        for participant in some:
            participant.digits = _digits(participant.system, participant.identifier)
        with transaction.atomic():
            participants.bulk_update([each for each in some if each.digits], ["digits"])


def _digits(system: str, text: str) -> str:
    """As `studies.participants.numbers.digits_of` has it at this migration."""
    written = text.translate(_BETWEEN)
    if not written.isascii():
        return ""
    if system == "national":
        found = _OF_A_COUNTRY.fullmatch(written.upper())
        return written.upper() if found and countries.alpha2(found[1]) else ""
    if not written.isdigit():
        return ""
    if system == "riziv":
        return written[:8] if len(written) >= 8 else ""
    return written


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("studies", "0005_numbers_to_match_and_news")]

    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop, elidable=False)]
