"""The portal as it runs for real: seeded by the demo, served by gunicorn, with its log in a file."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.programs import ROOT


@dataclass(frozen=True)
class ServedDemo:
    """`address` is where it answers, `cast` what `manage.py demo --json` printed, `log` what the server wrote."""

    address: str
    cast: dict[str, Any]
    log: Path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise TimeoutError(f"nothing answers on port {port}")


@contextmanager
def served_demo(folder: Path, *options: str) -> Iterator[ServedDemo]:
    """Seeds a demo below `folder` (`options` go to `manage.py demo`) and serves it until the block ends."""
    port = _free_port()
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "ARCHIVE_ROOT": str(folder / "archive"),
        "SECRET_KEY": "only for a demo that lives as long as a test",
        "PUBLIC_URL": f"http://localhost:{port}",
        "DJANGO_SETTINGS_MODULE": "pacsonweb.settings",
    }
    seed = [sys.executable, "manage.py", "demo", "--json", *options]
    seeded = subprocess.run(seed, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert seeded.returncode == 0, seeded.stderr
    log = folder / "server.log"
    command = [sys.executable, "-m", "gunicorn", "pacsonweb.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "gthread", "--workers", "1", "--threads", "4", "--config", "deploy/gunicorn.conf.py"]
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            _wait_for(port)
            yield ServedDemo(f"http://localhost:{port}", json.loads(seeded.stdout), log)
        finally:
            server.terminate()
            server.wait(20)
