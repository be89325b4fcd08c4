"""From a worker's hands to where a file stays: a kill at any instant leaves the old state or the new one."""

import os
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from uuid import UUID

import pytest

from studies.archive.layout import new_key, new_shelf
from studies.archive.staging import Staging, quarantine_key, quarantined_file, sweep
from studies.archive.writing import write_atomically

INSTITUTION = UUID("0b5c3f0e-5b1f-4d06-9a0c-6a7d7f4f3d10")


def nothing(_keys: Collection[str]) -> Collection[str]:
    return []


def staged(root: Path, staging: Staging) -> str:
    folder = staging.new()
    (root / folder).mkdir()
    (root / folder / "original.dcm").write_bytes(b"DICM")
    return folder


def everything_in(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_a_placed_file_stays_and_the_run_leaves_nothing_else(tmp_path: Path) -> None:
    key = new_key(INSTITUTION, new_shelf())
    with Staging(tmp_path) as staging:
        staging.place({staged(tmp_path, staging): key})
        staging.settle()
        staged(tmp_path, staging)
    assert everything_in(tmp_path) == [f"{key}/original.dcm"]
    assert list((tmp_path / "staging").iterdir()) == []


def test_a_refused_file_lies_in_quarantine(tmp_path: Path) -> None:
    key = quarantine_key()
    with Staging(tmp_path) as staging:
        staging.place({staged(tmp_path, staging): key})
        staging.settle()
    assert everything_in(tmp_path) == [quarantined_file(key)]


def test_a_discarded_file_is_gone(tmp_path: Path) -> None:
    with Staging(tmp_path) as staging:
        folder = staged(tmp_path, staging)
        staging.discard(folder)
        assert not (tmp_path / folder).exists()


def test_what_was_placed_without_a_row_is_swept_and_what_has_one_stays(tmp_path: Path) -> None:
    recorded, lost = new_key(INSTITUTION, new_shelf()), new_key(INSTITUTION, new_shelf())
    with Staging(tmp_path) as staging:
        staging.place({staged(tmp_path, staging): recorded, staged(tmp_path, staging): lost})
        # Never settled: the transaction was rolled back, or the power went.
    assert sweep(tmp_path, lambda keys: {recorded} & set(keys)) == 1
    assert everything_in(tmp_path) == [f"{recorded}/original.dcm"]
    assert sweep(tmp_path, nothing) == 0


def test_a_run_under_way_is_not_swept(tmp_path: Path) -> None:
    with Staging(tmp_path) as staging:
        folder = staged(tmp_path, staging)
        assert sweep(tmp_path, nothing) == 0
        assert (tmp_path / folder).exists()


def test_a_killed_run_is_swept(tmp_path: Path) -> None:
    program = (
        "import os, signal; from pathlib import Path; from studies.archive.staging import Staging\n"
        f"staging = Staging(Path({str(tmp_path)!r})).__enter__()\n"
        f"(Path({str(tmp_path)!r}) / staging.new()).mkdir(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", program], check=False)
    assert killed.returncode == -9
    assert len(list((tmp_path / "staging").iterdir())) == 1
    assert sweep(tmp_path, nothing) == 1
    assert list((tmp_path / "staging").iterdir()) == []


def test_an_archive_that_was_never_used_has_nothing_to_sweep(tmp_path: Path) -> None:
    assert sweep(tmp_path / "archive", nothing) == 0


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "folder" / "series.json.gz"
    write_atomically(path, b"old", durable=True)

    def full(_descriptor: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_atomically(path, b"new", durable=True)
    assert path.read_bytes() == b"old"
    assert [file.name for file in path.parent.iterdir()] == ["series.json.gz"]


def test_keys_tell_nothing_and_never_repeat() -> None:
    keys = {new_key(INSTITUTION, new_shelf()) for _ in range(100)}
    assert len(keys) == 100
    assert all(key.startswith(f"{INSTITUTION}/") and len(key) < 200 for key in keys)
