"""Orthanc (Debian's) receiving the same files over its REST API, for comparison in the same run."""

import http.client
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from benchmarks.world import free_port, wait_for


def program() -> str | None:
    return shutil.which("Orthanc", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")


@contextmanager
def orthanc(folder: Path) -> Iterator[int]:
    """The HTTP port of an Orthanc that keeps its files below `folder`."""
    port = free_port()
    configuration = folder / "orthanc.json"
    settings = {
        "Name": "bench",
        "StorageDirectory": str(folder / "orthanc"),
        "IndexDirectory": str(folder / "orthanc"),
        "HttpPort": port,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomServerEnabled": False,
        "Plugins": [],
    }
    configuration.write_text(json.dumps(settings))
    server = subprocess.Popen(
        [program() or "Orthanc", str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port, "/system")
        yield port
    finally:
        server.terminate()
        server.wait(20)


def _post(port: int, paths: list[Path]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for path in paths:
        connection.request("POST", "/instances", body=path.read_bytes(), headers={"Content-Type": "application/dicom"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"Orthanc answered {answer.status} to {path.name}")


def seconds_to_receive(port: int, files: list[Path], connections: int = 2) -> float:
    """Wall-clock seconds until Orthanc has taken every file, over that many connections at once."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        for done in [pool.submit(_post, port, files[n::connections]) for n in range(connections)]:
            done.result()
    return time.perf_counter() - begun
