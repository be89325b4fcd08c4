"""A portal of its own for measuring: database, archive and server in a temporary folder, on loopback only."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pydicom
from pydicom.uid import generate_uid

ROOT = Path(__file__).resolve().parent.parent
SLUG = "bench"


@dataclass(frozen=True)
class Portal:
    """Where everything of the measured portal lies, and the environment its processes get."""

    folder: Path
    environment: dict[str, str]

    @property
    def archive(self) -> Path:
        return Path(self.environment["ARCHIVE_ROOT"])

    def manage(self, *arguments: str) -> str:
        """The standard output of a management command; a failure shows what it said."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {arguments[0]}: {done.stdout}\n{done.stderr}")
        return done.stdout


@contextmanager
def portal() -> Iterator[Portal]:
    """A migrated, empty portal with one institution."""
    folder = Path(tempfile.mkdtemp(prefix="pacsonweb-bench-"))
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "ARCHIVE_ROOT": str(folder / "archive"),
        "SECRET_KEY": "only for measuring",
        "DJANGO_SETTINGS_MODULE": "pacsonweb.settings",
    }
    try:
        made = Portal(folder, environment)
        made.manage("migrate", "--verbosity", "0")
        made.manage(
            "shell",
            "--no-imports",
            "-c",
            "from django.utils import timezone\n"
            "from accounts.audit.actor import SYSTEM\n"
            "from studies.institutions.services import found_institution\n"
            f"found_institution(slug={SLUG!r}, name='Bench', actor=SYSTEM, at=timezone.now())",
        )
        yield made
    finally:
        shutil.rmtree(folder)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(measured: Portal, workers: int = 1, application: str = "pacsonweb.wsgi") -> Iterator[tuple[int, int]]:
    """(port, process id) of gunicorn serving the portal with threads, as the documentation says to run it."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        application,
        "--bind",
        f"127.0.0.1:{port}",
        "--log-level",
        "error",
    ]
    command += ["--worker-class", "gthread", "--threads", "4", "--workers", str(workers)]
    server = subprocess.Popen(command, cwd=ROOT, env=measured.environment, stderr=subprocess.DEVNULL)
    try:
        wait_for(port, "/healthz")
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(20)


def wait_for(port: int, path: str, seconds: float = 30) -> None:
    """Until something answers there; raises TimeoutError."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"nothing answers on port {port}")


def copies_of(series: Path, target: Path, copies: int) -> list[Path]:
    """`copies` copies of every DICOM file of a folder, each copy a patient and study of its own with fresh UIDs."""
    files = []
    for copy in range(copies):
        fresh: dict[str, str] = {}
        folder = target / f"{copy:03}"
        folder.mkdir(parents=True)
        for source in sorted(series.iterdir()):
            if not pydicom.misc.is_dicom(source) or source.name == "DIRFILE":
                continue
            dataset = pydicom.dcmread(source)
            for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID"):
                if keyword in dataset:
                    old = str(dataset[keyword].value)
                    setattr(dataset, keyword, fresh.setdefault(old, generate_uid()))
            dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
            dataset.PatientID, dataset.PatientName, dataset.PatientBirthDate = f"BENCH{copy}", "Bench^Copy", "19510914"
            dataset.AccessionNumber = f"BENCH{copy}"
            path = folder / source.name
            dataset.save_as(path, enforce_file_format=True)
            files.append(path)
    return files
