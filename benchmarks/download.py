"""Taking 500 MB away: the rate beside `cat` of the same files to a socket, and what memory a worker has meanwhile."""

import http.client
import re
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pydicom
from pydicom.uid import generate_uid

from benchmarks.patient_page import code_of, enter
from benchmarks.report import Row
from benchmarks.world import SLUG, Portal, portal, serving

WANTED = 500 * 2**20
_MB = 2**20
_RUNS = 3
_BUFFER = 256 * 1024


def _one_study_of(series: Path, target: Path) -> None:
    """Copies of a series, each a series of its own of one and the same study, until they hold enough."""
    target.mkdir(parents=True)
    files = [path for path in sorted(series.iterdir()) if path.name != "DIRFILE" and pydicom.misc.is_dicom(path)]
    written = 0
    while written < WANTED:
        fresh = generate_uid()
        for source in files:
            dataset = pydicom.dcmread(source)
            dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
            dataset.SeriesInstanceUID = fresh
            dataset.PatientID, dataset.PatientName, dataset.PatientBirthDate = "BENCH0", "Bench^Copy", "19510914"
            dataset.AccessionNumber = "BENCH0"
            path = target / f"{dataset.SOPInstanceUID}.dcm"
            dataset.save_as(path, enforce_file_format=True)
            written += path.stat().st_size


def _drained(connection: socket.socket) -> int:
    """Reads to the end; returns how many bytes came."""
    buffer, received = memoryview(bytearray(_BUFFER)), 0
    while count := connection.recv_into(buffer):
        received += count
    return received


def _cat_rate(files: list[Path]) -> float:
    """MB/s of `cat FILES` whose standard output is a socket, read as the download is."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            accepted, _address = server.accept()
            with accepted:
                subprocess.run(["cat", *map(str, files)], stdout=accepted.fileno(), check=True)

        thread = threading.Thread(target=serve)
        thread.start()
        begun = time.perf_counter()
        with socket.create_connection(server.getsockname()) as connection:
            received = _drained(connection)
        thread.join()
    return received / _MB / (time.perf_counter() - begun)


def _download(port: int, address: str, cookies: str) -> tuple[int, float, float]:
    """(bytes, seconds until the first one, MB/s from then on)."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    begun = time.perf_counter()
    connection.request("GET", address, headers={"Host": f"localhost:{port}", "Cookie": cookies})
    answer = connection.getresponse()
    assert answer.status == 200, answer.status
    first = time.perf_counter()
    buffer, received = memoryview(bytearray(_BUFFER)), 0
    while count := answer.readinto(buffer):
        received += count
    seconds = time.perf_counter() - first
    assert received == int(answer.headers["Content-Length"])
    connection.close()
    return received, first - begun, received / _MB / seconds


def _memory(master: int, what: str) -> float:
    """`VmRSS` or `VmHWM` (the most ever) of the one worker below gunicorn's master, MB."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    found = re.search(rf"{what}:\s+(\d+)", Path(f"/proc/{children[0]}/status").read_text())
    assert found
    return int(found.group(1)) / 1024


def measure(corpus: Path) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="pacsonweb-bench-") as temporary, portal() as measured:
        _one_study_of(corpus / "ct-series", Path(temporary) / "files")
        measured.manage("import_dicom", str(Path(temporary) / "files"), "--institution", SLUG, "--json")
        originals = sorted(measured.archive.glob("*/??/*/original.dcm"))
        return _measured(measured, originals)


def _measured(measured: Portal, originals: list[Path]) -> list[Row]:
    cat = max(_cat_rate(originals) for _ in range(_RUNS))
    with serving(measured) as (port, master):
        base = f"http://localhost:{port}"
        client = enter(base, code_of(measured))
        found = re.search(r'href="(/studies/[^"]+/download/)"', client.get(f"{base}/patient/request/").text)
        assert found
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies)
        before = _memory(master, "VmRSS")
        runs = [_download(port, found.group(1), cookies) for _ in range(_RUNS)]
        most = _memory(master, "VmHWM")
    size, first, _rate = runs[0]
    rate = max(rate for _size, _first, rate in runs)
    return [
        Row("the ZIP", size / _MB, "MB"),
        Row("click → first byte, checksums of the pictures taken", first * 1000, "ms"),
        Row("click → first byte, from then on", min(run[1] for run in runs[1:]) * 1000, "ms"),
        Row("rate of the download", rate, "MB/s"),
        Row("rate of `cat` of the originals to a socket", cat, "MB/s"),
        Row("download beside `cat`", rate / cat, "×"),
        Row("web worker's memory before", before, "MB"),
        Row("web worker's memory at its most", most, "MB", "", at_most=200),
    ]
