"""The ZIP: every byte known beforehand, any range of it by itself, beyond 4 GiB too."""

import io
import subprocess
import tracemalloc
import zipfile
import zlib
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studies.download.checksums import joined, replaced
from studies.download.zips import PIECE, Interrupted, Member, Zip

MADE = datetime(2026, 11, 18, 8, 40)  # noqa: DTZ001 - a ZIP knows no time zone
GIB = 1 << 30


class Served(io.RawIOBase):
    """A ZIP read through ranges alone, as a browser that resumes would."""

    def __init__(self, archive: Zip) -> None:
        self._archive, self._at = archive, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._archive.size}[whence] + offset
        return self._at

    def read(self, size: int = -1) -> bytes:
        stop = self._archive.size if size < 0 else min(self._at + size, self._archive.size)
        content = b"".join(self._archive.pieces(self._at, stop))
        self._at = stop
        return content


def whole(archive: Zip) -> bytes:
    return b"".join(archive.pieces())


def from_file(path: Path, content: bytes, name: str = "IMAGES/S0001/I0001", head: bytes = b"", skip: int = 0) -> Member:
    path.write_bytes(content)
    return Member(name, zlib.crc32(head + content[skip:]), head, path, skip, len(content) - skip)


@pytest.fixture
def archive(tmp_path: Path) -> Zip:
    """A page, two files of which one begins otherwise than on the disk, an empty one."""
    return Zip(
        [
            Member.of("index.html", b"<!doctype html>"),
            from_file(tmp_path / "a", bytes(range(256)) * 9),
            from_file(tmp_path / "b", b"MZ" + b"x" * 500, "IMAGES/S0001/I0002", b"\0\0", 2),
            Member.of("EMPTY", b""),
        ],
        MADE,
    )


def test_it_is_as_long_as_it_said_and_python_reads_it(archive: Zip) -> None:
    content = whole(archive)
    assert len(content) == archive.size
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        assert opened.testzip() is None
        assert opened.namelist() == ["index.html", "IMAGES/S0001/I0001", "IMAGES/S0001/I0002", "EMPTY"]
        assert opened.read("IMAGES/S0001/I0001") == bytes(range(256)) * 9
        assert opened.read("IMAGES/S0001/I0002") == b"\0\0" + b"x" * 500
        assert opened.getinfo("index.html").date_time == (2026, 11, 18, 8, 40, 0)


@pytest.mark.needs("unzip")
def test_unzip_finds_no_fault(archive: Zip, tmp_path: Path) -> None:
    (tmp_path / "images.zip").write_bytes(whole(archive))
    tested = subprocess.run(["unzip", "-t", tmp_path / "images.zip"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stdout
    assert "No errors detected" in tested.stdout


def test_every_single_range_of_two_borders_is_what_the_whole_has_there(archive: Zip) -> None:
    content = whole(archive)
    borders = sorted({*range(120), *range(2300, 2450), *range(len(content) - 300, len(content) + 1)})
    for start in borders:
        assert b"".join(archive.pieces(start)) == content[start:]
        assert b"".join(archive.pieces(start, min(start + 7, len(content)))) == content[start : start + 7]
        assert b"".join(archive.pieces(0, start)) == content[:start]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, 5000), max_size=8))
def test_arbitrary_ranges_one_after_the_other_are_the_whole(archive: Zip, cuts: list[int]) -> None:
    borders = [0, *sorted(min(cut, archive.size) for cut in cuts), archive.size]
    ranges = [b"".join(archive.pieces(*pair)) for pair in pairwise(borders)]
    assert b"".join(ranges) == whole(archive)


def test_the_same_contents_have_the_same_digest_and_others_another(tmp_path: Path) -> None:
    def digest(content: bytes, name: str = "A") -> str:
        return Zip([Member.of(name, content)], MADE).digest

    assert digest(b"one") == digest(b"one")
    assert len({digest(b"one"), digest(b"two"), digest(b"one", "B")}) == 3


def test_a_file_that_became_shorter_or_went_away_breaks_off_instead_of_lying(tmp_path: Path) -> None:
    member = from_file(tmp_path / "a", b"x" * 3 * PIECE)
    archive = Zip([member], MADE)
    (tmp_path / "a").write_bytes(b"x" * PIECE)
    with pytest.raises(Interrupted):
        whole(archive)
    (tmp_path / "a").unlink()
    with pytest.raises(Interrupted):
        whole(archive)


@pytest.mark.parametrize("size", [4 * GIB - 2, 4 * GIB - 1, 5 * GIB])
def test_beyond_four_gibibytes_it_is_read_as_well(tmp_path: Path, size: int) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(size)  # a hole: it takes no room
    large = Member("LARGE", _crc_of_zeros(size), path=tmp_path / "large", rest=size)
    archive = Zip([Member.of("FIRST", b"1"), large, Member.of("LAST", b"the last one")], MADE)
    with zipfile.ZipFile(Served(archive)) as opened:
        assert opened.read("LAST") == b"the last one"
        assert opened.getinfo("LARGE").file_size == size
        assert large.crc32 == opened.getinfo("LARGE").CRC
        with opened.open("LARGE") as file:
            assert file.read(10) == bytes(10)


def test_more_members_than_a_short_number_counts(tmp_path: Path) -> None:
    archive = Zip([Member.of(f"I{number:07}", b"") for number in range(70_000)], MADE)
    with zipfile.ZipFile(io.BytesIO(whole(archive))) as opened:
        assert len(opened.namelist()) == 70_000


def test_memory_stays_flat_however_large_it_is(tmp_path: Path) -> None:
    size = 300 * 2**20
    with (tmp_path / "large").open("wb") as file:
        file.truncate(size)
    archive = Zip([Member("LARGE", 0, path=tmp_path / "large", rest=size)], MADE)
    tracemalloc.start()
    sent = sum(map(len, archive.pieces()))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sent == archive.size
    assert most < 8 * PIECE


@given(first=st.binary(max_size=300), second=st.binary(max_size=300), new=st.binary(max_size=200))
def test_checksums_of_what_is_put_together_need_no_second_reading(first: bytes, second: bytes, new: bytes) -> None:
    assert joined(zlib.crc32(first), zlib.crc32(second), len(second)) == zlib.crc32(first + second)
    before, old = zlib.crc32(first + second), zlib.crc32(first)
    assert replaced(before, old, zlib.crc32(new), len(second)) == zlib.crc32(new + second)


def _crc_of_zeros(length: int) -> int:
    """By doubling, without reading gigabytes."""
    crc, block, block_length = 0, zlib.crc32(b"\0"), 1
    while length:
        if length & 1:
            crc = joined(crc, block, block_length)
        block, block_length, length = joined(block, block, block_length), 2 * block_length, length >> 1
    return crc
