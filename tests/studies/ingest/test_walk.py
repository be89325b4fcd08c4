"""What is met: folders, ZIPs and media, hostile ones too."""

import io
import os
import stat
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from studies.archive.examined import Refused, Skipped, Source
from studies.ingest.walk import count, walk
from studies.ingest.zips import Met, ZipLimits


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    folder = tmp_path / "spool"
    folder.mkdir()
    return folder


@pytest.fixture
def medium(tmp_path: Path) -> Path:
    folder = tmp_path / "CD"
    folder.mkdir()
    return folder


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def kinds(met: list[Met]) -> dict[str, str]:
    return {each.name: type(each).__name__ for each in met}


def test_a_folder_in_sorted_order_whatever_the_disk_says(medium: Path, spool: Path) -> None:
    for name in ("B/2", "B/1", "A/10", "A/9", "C"):
        (medium / name).parent.mkdir(exist_ok=True)
        (medium / name).write_bytes(b"x")
    assert [each.name for each in walk([medium], spool)] == ["CD/A/10", "CD/A/9", "CD/B/1", "CD/B/2", "CD/C"]
    assert count([medium]) == 5


def test_a_path_is_met_once_however_often_it_is_named(medium: Path, spool: Path) -> None:
    (medium / "A").mkdir()
    (medium / "A/1").write_bytes(b"x")
    named = [medium, medium / "A", medium / "A" / "1", medium / "A" / ".."]
    assert [each.name for each in walk(named, spool)] == ["CD/A/1"]


def test_a_dicomdir_means_the_medium_it_lists(medium: Path, spool: Path) -> None:
    (medium / "DICOMDIR").write_bytes(b"x")
    (medium / "IM1").write_bytes(b"x")
    assert [each.name for each in walk([medium / "DICOMDIR"], spool)] == ["CD/DICOMDIR", "CD/IM1"]


def test_links_are_skipped_and_lead_nowhere(medium: Path, spool: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"x")
    (medium / "folder").symlink_to(outside)
    (medium / "file").symlink_to(outside / "secret")
    (medium / "circle").symlink_to(medium)
    met = list(walk([medium], spool))
    assert [(each.name, each.reason) for each in met if isinstance(each, Skipped)] == [
        ("CD/circle", "symbolic link"),
        ("CD/file", "symbolic link"),
        ("CD/folder", "symbolic link"),
    ]
    assert len(met) == 3


def test_a_pipe_is_not_waited_for(medium: Path, spool: Path) -> None:
    os.mkfifo(medium / "pipe")
    (met,) = walk([medium], spool)
    assert met == Skipped("CD/pipe", "not a regular file")


def test_names_that_are_no_text_are_escaped(medium: Path, spool: Path) -> None:
    Path(os.fsdecode(os.fsencode(medium) + b"/\xff<script>\x1b[2J")).write_bytes(b"x")
    (met,) = walk([medium], spool)
    assert met.name == "CD/\\xff<script>\\x1b[2J"
    assert isinstance(met, Source)
    assert Path(met.path).read_bytes() == b"x"


def test_a_tree_deeper_than_a_path_may_be_long(medium: Path, spool: Path) -> None:
    here = os.open(medium, os.O_RDONLY)
    for _ in range(60):
        os.mkdir("d" * 100, dir_fd=here)
        deeper = os.open("d" * 100, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)
    (met,) = walk([medium], spool)
    assert isinstance(met, Skipped)


def test_a_large_tree_is_walked_in_constant_memory(medium: Path, spool: Path) -> None:
    for folder in range(40):
        (medium / str(folder)).mkdir()
        for file in range(50):
            (medium / str(folder) / str(file)).touch()
    tracemalloc.start()
    met = sum(1 for _ in walk([medium], spool))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert met == 2000
    assert peak < 200_000


def test_members_of_a_zip_are_unpacked_one_at_a_time(medium: Path, spool: Path) -> None:
    (medium / "a.zip").write_bytes(zipped({"B": b"two", "A/1": b"one", "folder/": b""}))
    seen = {}
    for each in walk([medium], spool):
        assert isinstance(each, Source)
        assert Path(each.path).parent == spool
        assert len(list(spool.iterdir())) == 1
        seen[each.name] = Path(each.path).read_bytes()
        Path(each.path).unlink()
    assert seen == {"CD/a.zip/A/1": b"one", "CD/a.zip/B": b"two"}


def test_a_zip_within_a_zip(medium: Path, spool: Path) -> None:
    (medium / "a.zip").write_bytes(zipped({"inner.zip": zipped({"IM1": b"x"})}))
    assert kinds(list(walk([medium], spool))) == {"CD/a.zip/inner.zip/IM1": "Source"}
    assert len(list(spool.iterdir())) == 1


def test_zips_within_zips_without_end(medium: Path, spool: Path) -> None:
    nested = zipped({"IM1": b"x"})
    for _ in range(100):
        nested = zipped({"inner.zip": nested})
    (medium / "a.zip").write_bytes(nested)
    (met,) = walk([medium], spool)
    assert isinstance(met, Refused)
    assert met.reason == "limit"
    assert not list(spool.iterdir())


@pytest.mark.parametrize("name", ["../../escaped", "/etc/escaped", "..\\..\\escaped", "C:\\escaped"])
def test_names_in_a_zip_lead_nowhere(medium: Path, spool: Path, tmp_path: Path, name: str) -> None:
    (medium / "a.zip").write_bytes(zipped({name: b"x"}))
    (met,) = walk([medium], spool)
    assert isinstance(met, Source)
    assert Path(met.path).parent == spool
    assert not list(tmp_path.rglob("escaped"))
    assert not Path("/etc/escaped").exists()


def test_a_bomb_is_refused_before_anything_is_unpacked(medium: Path, spool: Path) -> None:
    bomb = zipped({str(i): bytes(3_000_000) for i in range(20)})
    (medium / "bomb.zip").write_bytes(bomb)
    (met,) = walk([medium], spool, ZipLimits(expanded=1 << 20))
    assert isinstance(met, Refused)
    assert met.reason == "limit"
    assert not list(spool.iterdir())


def test_a_bomb_in_a_zip_shares_its_allowance(medium: Path, spool: Path) -> None:
    inner = zipped({str(i): bytes(1_000_000) for i in range(3)})
    (medium / "a.zip").write_bytes(zipped({f"{i}.zip": inner for i in range(10)}))
    met = list(walk([medium], spool, ZipLimits(expanded=4 << 20, ratio=1)))
    assert kinds(met) == {f"CD/a.zip/0.zip/{i}": "Source" for i in range(3)} | {
        f"CD/a.zip/{i}.zip": "Refused" for i in range(1, 10)
    }


def test_a_zip_of_too_many_members(medium: Path, spool: Path) -> None:
    (medium / "a.zip").write_bytes(zipped({str(i): b"" for i in range(11)}))
    assert kinds(list(walk([medium], spool, ZipLimits(members=10)))) == {"CD/a.zip": "Refused"}


def test_a_directory_too_large_to_read(medium: Path, spool: Path) -> None:
    (medium / "a.zip").write_bytes(zipped({str(i): b"" for i in range(100)}))
    assert kinds(list(walk([medium], spool, ZipLimits(directory=1000)))) == {"CD/a.zip": "Refused"}


def test_a_member_whose_size_is_a_lie(medium: Path, spool: Path) -> None:
    content = bytearray(zipped({"IM1": bytes(100_000)}))
    at = content.rfind(b"PK\x01\x02")
    struct.pack_into("<L", content, at + 24, 10)  # the central directory says 10 bytes
    (medium / "a.zip").write_bytes(content)
    (met,) = walk([medium], spool)
    assert isinstance(met, Refused)
    assert not list(spool.iterdir())


def test_links_and_locks_in_a_zip(medium: Path, spool: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(medium / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("locked", b"x")
    content = bytearray((medium / "a.zip").read_bytes())
    at = content.rfind(b"PK\x01\x02")
    content[at + 8] |= 1  # encrypted
    (medium / "a.zip").write_bytes(content)
    assert kinds(list(walk([medium], spool))) == {"CD/a.zip/link": "Skipped", "CD/a.zip/locked": "Refused"}


@pytest.mark.parametrize("share", range(10))
def test_a_zip_cut_short_is_reported_and_harms_nothing(medium: Path, spool: Path, share: int) -> None:
    whole = zipped({"IM1": os.urandom(5000), "IM2": os.urandom(5000)})
    (medium / "a.zip").write_bytes(whole[: 4 + (len(whole) - 5) * share // 10])
    assert kinds(list(walk([medium], spool))) == {"CD/a.zip": "Refused"}


def test_a_picture_whose_preamble_looks_like_a_zip(medium: Path, spool: Path) -> None:
    (medium / "IM1").write_bytes(b"PK\x03\x04" + bytes(124) + b"DICM")
    assert kinds(list(walk([medium], spool))) == {"CD/IM1": "Source"}
