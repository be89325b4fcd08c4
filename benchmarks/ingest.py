"""Instances a second of `import_dicom`, originals only and with derived files, beside Orthanc; and bytes kept.

Orthanc's clock begins when it is up; so does ours: what the import of one copy takes is subtracted from that of all.
"""

import json
import tempfile
import time
from pathlib import Path

from benchmarks.orthanc import orthanc, program, seconds_to_receive
from benchmarks.report import Row
from benchmarks.world import SLUG, Portal, copies_of, portal


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _import(measured: Portal, folder: Path, *options: str) -> tuple[float, int]:
    """(seconds, stored) of one whole `import_dicom` process."""
    begun = time.perf_counter()
    answer = json.loads(measured.manage("import_dicom", str(folder), "--institution", SLUG, "--json", *options))
    return time.perf_counter() - begun, int(answer["stored"])


def measure(corpus: Path, copies: int = 20) -> list[Row]:
    rows: list[Row] = []
    rates: list[float] = []
    with tempfile.TemporaryDirectory(prefix="pacsonweb-bench-") as temporary:
        source = Path(temporary) / "files"
        files = copies_of(corpus / "ct-series", source, copies)
        received = _size(source)
        for name, options in (("originals only", ("--derive", "later")), ("with derived files", ())):
            with portal() as measured:
                first_seconds, first = _import(measured, source / "000", *options)
            with portal() as measured:
                seconds, stored = _import(measured, source, *options)
                kept = _size(measured.archive) / received
            rates.append((stored - first) / (seconds - first_seconds))
            rows += [
                Row(f"import_dicom, {name}", rates[-1], "instances/s", f"{stored} of {len(files)} stored"),
                Row(f"import_dicom, {name}, its start included", stored / seconds, "instances/s"),
                Row(f"bytes kept per byte received, {name}", kept, "×"),
            ]
        if program() is None:
            return [*rows, Row("Orthanc", None, "instances/s", "skipped: Orthanc is missing")]
        with orthanc(Path(temporary)) as port:
            orthanc_rate = len(files) / seconds_to_receive(port, files)
    originals, with_derived = (rate / orthanc_rate for rate in rates)
    return [
        *rows,
        Row("Orthanc over REST, 2 connections, originals only", orthanc_rate, "instances/s"),
        Row("import of originals : Orthanc", originals, "×", "at least 1", at_least=1.0),
        Row("import with derived files : Orthanc without any", with_derived, "×"),
    ]
