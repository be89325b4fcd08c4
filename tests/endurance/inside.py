"""The program that works inside a world: `python -m tests.endurance.inside found|import|state`, answers JSON."""

import io
import json
import sys
from resource import RUSAGE_CHILDREN, getrusage

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - models need the set-up

from studies.models import Institution  # noqa: E402 - the same
from tests.endurance.state import state  # noqa: E402 - the same
from tests.endurance.world import SLUG  # noqa: E402 - the same


def main(task: str, *arguments: str) -> None:
    """Make tables and institution, or import and tell the state, or only tell it."""
    answer: dict[str, object] = {}
    if task == "found":
        call_command("migrate", verbosity=0)
        Institution.objects.create(slug=SLUG, name="AZ Sint-Example")
    else:
        if task == "import":
            out = io.StringIO()
            call_command("import_dicom", *arguments, "--json", stdout=out)
            answer["document"] = json.loads(out.getvalue())
        answer["state"] = state()
        answer["peak_of_workers"] = getrusage(RUSAGE_CHILDREN).ru_maxrss * 1024
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
