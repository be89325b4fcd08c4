"""Instances a second of `import_dicom`, originals only and with derived files, beside Orthanc; and bytes kept."""

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
    rows = []
    with tempfile.TemporaryDirectory(prefix="pacsonweb-bench-") as temporary:
        source = Path(temporary) / "files"
        files = copies_of(corpus / "ct-series", source, copies)
        received = _size(source)
        for name, options in (("originals only", ("--derive", "later")), ("with derived files", ())):
            with portal() as measured:
                seconds, stored = _import(measured, source, *options)
                rows.append(
                    Row(f"import_dicom, {name}", stored / seconds, "instances/s", f"{stored} of {len(files)} stored")
                )
                kept = _size(measured.archive) / received
                rows.append(Row(f"bytes kept per byte received, {name}", kept, "×"))
        if program() is None:
            rows.append(Row("Orthanc", None, "instances/s", "skipped: Orthanc is missing"))
            return rows
        with orthanc(Path(temporary)) as port:
            seconds = seconds_to_receive(port, files)
        rate = len(files) / seconds
        rows.append(Row("Orthanc over REST, 2 connections", rate, "instances/s"))
        rows.append(Row("import with derived files : Orthanc", rows[2].value / rate, "×", "at least 1", at_least=1.0))  # type: ignore[operator]
    return rows
