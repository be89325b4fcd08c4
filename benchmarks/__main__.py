"""`make bench`: measures on this machine and prints each figure with the number it must hold."""

import sys

from benchmarks import account_login, download, ingest, login, patient_page
from benchmarks.report import show
from tests.programs import corpus


def main() -> int:
    folder = corpus()
    if folder is None:
        print("The corpus of real files is missing: name its folder with CORPUS=…")
        return 1
    sections = {
        "Import: ct-series × 20, fresh UIDs": ingest.measure(folder),
        "The patient's page: a CT of 54 slices": patient_page.measure(folder),
        "A patient's login: code and date, payment, token by SMS, first page": login.measure(folder),
        "A physician's login: password and token of the app": account_login.measure(),
        "Taking a study of 500 MB away": download.measure(folder),
    }
    for title, rows in sections.items():
        show(title, rows)
    return 0 if all(row.holds for rows in sections.values() for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
