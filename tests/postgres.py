"""Runs a command with DATABASE_URL of a PostgreSQL server that is started for it and gone afterwards.

    python -m tests.postgres pytest tests

PostgreSQL refuses to run as root: then it is started as the user `postgres` (or `nobody`).
"""

import getpass
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """The folder of initdb and postgres: Debian keeps it off the PATH."""
    found = shutil.which("initdb")
    if found and not Path("/usr/lib/postgresql").exists():
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _server_user() -> str:
    if os.getuid() != 0:
        return getpass.getuser()
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextmanager
def server() -> Iterator[str]:
    """A DATABASE_URL that is good until the block ends."""
    folder = programs()
    if folder is None:
        raise FileNotFoundError("PostgreSQL's initdb is missing: on Debian, apt install postgresql")
    user = _server_user()
    as_user = ["runuser", "-u", user, "--"] if os.getuid() == 0 else []
    home = Path(tempfile.mkdtemp(prefix="pacsonweb-postgres-"))
    shutil.chown(home, user)
    port = _free_port()
    cluster = str(home / "data")
    quiet = {"stdout": subprocess.DEVNULL, "check": True, "cwd": "/"}
    subprocess.run(
        [*as_user, folder / "initdb", "-D", cluster, "-U", "pacsonweb", "-A", "trust", "-E", "UTF8"], **quiet
    )  # type: ignore[call-overload]
    options = (
        f"-c listen_addresses=127.0.0.1 -p {port} -k {home} -c fsync=off -c max_connections=300 -c shared_buffers=256MB"
    )
    subprocess.run(
        [*as_user, folder / "pg_ctl", "-D", cluster, "-w", "-o", options, "-l", home / "log", "start"], **quiet
    )  # type: ignore[call-overload]
    try:
        subprocess.run(
            [folder / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "pacsonweb", "pacsonweb"], **quiet
        )  # type: ignore[call-overload]
        yield f"postgres://pacsonweb@127.0.0.1:{port}/pacsonweb"
    finally:
        subprocess.run([*as_user, folder / "pg_ctl", "-D", cluster, "-m", "immediate", "stop"], **quiet)  # type: ignore[call-overload]
        shutil.rmtree(home)


if __name__ == "__main__":
    try:
        with server() as url:
            sys.exit(subprocess.run(sys.argv[1:], env=os.environ | {"DATABASE_URL": url}, check=False).returncode)
    except FileNotFoundError as missing:
        print(missing, file=sys.stderr)
        sys.exit(1 if os.environ.get("REQUIRE_ALL") == "1" else 0)
