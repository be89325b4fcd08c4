"""A portal of its own for a test that kills it: its database, its archive, its processes."""

import json
import os
import secrets
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, LiteralString, Self

import psycopg
from psycopg import sql

from tests.programs import ROOT

SLUG = "az-sint-example"


@dataclass
class World:
    """`database` is a URL, `archive` a folder; `peak_of_workers`: bytes of the largest worker of the last import."""

    database: str
    archive: Path
    peak_of_workers: int = 0

    def environment(self) -> dict[str, str]:
        own = {"DATABASE_URL": self.database, "ARCHIVE_ROOT": str(self.archive), "SECRET_KEY": "only for tests"}
        return {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "pacsonweb.settings"}

    def importing(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """`import_dicom` as it begins."""
        return subprocess.Popen(
            [sys.executable, "manage.py", "import_dicom", *arguments, "--institution", SLUG],
            cwd=ROOT,
            env=self.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def import_killed_after(self, seconds: float, *arguments: str) -> bool:
        """Kill -9 an import after so long; whether it was still running then.

        Only the process itself is killed: its workers must notice by themselves.
        """
        with self.importing(*arguments) as process:
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                return True
        return False

    def found(self) -> None:
        """Make its tables and its one institution."""
        self._run("found")

    def imported(self, *arguments: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """(what an import answers, the state it leaves)."""
        answer = self._run("import", *arguments, "--institution", SLUG)
        self.peak_of_workers = answer["peak_of_workers"]
        return answer["document"], answer["state"]

    def state(self) -> dict[str, Any]:
        """Everything in it that does not differ between two runs (`tests.endurance.state`)."""
        found: dict[str, Any] = self._run("state")["state"]
        return found

    def _run(self, *arguments: str) -> dict[str, Any]:
        command = [sys.executable, "-m", "tests.endurance.inside", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment(), capture_output=True, check=False, timeout=1200)
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer


class Worlds:
    """Makes worlds that are all alike and empty but for one institution; the migrations run once.

    A context manager: no database is left on a server.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._prefix = f"world_{secrets.token_hex(4)}"
        self._made = 0
        self._on_server: set[str] = set()

    def __enter__(self) -> Self:
        World(self._database("template"), self._folder / "archive-template").found()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in [*self._on_server]:
            self._drop(name)

    def new(self) -> World:
        self._made += 1
        name = f"world{self._made}"
        return World(self._database(name, copied=True), self._folder / f"archive-{name}")

    def end(self, world: World) -> None:
        """Its files are gone at once, so that a hundred worlds fit on a disk."""
        shutil.rmtree(world.archive, ignore_errors=True)
        if world.database.startswith("sqlite"):
            Path(world.database.removeprefix("sqlite:///")).unlink()
        else:
            self._drop(world.database.rpartition("/")[2])

    def _database(self, name: str, *, copied: bool = False) -> str:
        server = os.environ.get("DATABASE_URL", "")
        if not server.startswith("postgres"):
            path = self._folder / f"{name}.sqlite3"
            if copied:
                shutil.copy(self._folder / "template.sqlite3", path)
            return f"sqlite:///{path}"
        unique = f"{self._prefix}_{name}"
        _ask("CREATE DATABASE {} TEMPLATE {}", unique, f"{self._prefix}_template" if copied else "template1")
        self._on_server.add(unique)
        return f"{server.rpartition('/')[0]}/{unique}"

    def _drop(self, name: str) -> None:
        _ask("DROP DATABASE {} WITH (FORCE)", name)
        self._on_server.remove(name)


def _ask(statement: LiteralString, *names: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
