"""A delivery that means harm, from pydicom's bundled files; the same for the same seed."""

import io
import os
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydicom.data import get_testdata_file

SEED = int(os.environ.get("SEED", "20261118"))
MB = 1 << 20

# Every transfer syntax, with pixels and without.
BASES = (
    "CT_small.dcm",
    "MR_small.dcm",
    "MR_small_RLE.dcm",
    "MR_small_bigendian.dcm",
    "MR_small_implicit.dcm",
    "MR_small_jp2klossless.dcm",
    "MR_small_jpeg_ls_lossless.dcm",
    "JPEG2000.dcm",
    "JPEG-lossy.dcm",
    "JPGExtended.dcm",
    "JPEGLSNearLossless_16.dcm",
    "SC_rgb_jpeg_dcmtk.dcm",
    "SC_rgb_rle_2frame.dcm",
    "SC_rgb_small_odd.dcm",
    "examples_palette.dcm",
    "examples_overlay.dcm",
    "image_dfl.dcm",
    "rtdose_rle.dcm",
    "reportsi.dcm",
    "nested_priv_SQ.dcm",
)
_PIXELS = b"\xe0\x7f\x10\x00OW"
_SCRIPT = b"<script>alert(1)</script>"


def base(name: str) -> bytes:
    return Path(str(get_testdata_file(name, download=False))).read_bytes()


def cuts(content: bytes, pieces: int) -> Iterator[bytes]:
    """`content` cut short at every 1/`pieces` of its length."""
    return (content[: len(content) * piece // pieces] for piece in range(pieces))


def mutated(content: bytes, chance: random.Random) -> bytes:
    """`content` with one to twenty bytes, or a stretch of them, changed, lost, doubled or made extreme."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 20)):
        # Half of the damage is in the header, where it means most.
        at = chance.randrange(min(len(changed), 2000) if chance.random() < 0.5 else len(changed))
        length = chance.choice((1, 1, 1, 2, 4, 4, 64))
        match chance.randrange(4):
            case 0:
                changed[at : at + length] = chance.randbytes(length)
            case 1:
                changed[at : at + length] = chance.choice((b"\0", b"\xff", b"\x7f")) * length
            case 2:
                del changed[at : at + length]
            case 3:
                changed[at:at] = changed[at : at + length]
        if not changed:
            break
    return bytes(changed)


def extremes() -> Iterator[tuple[str, bytes]]:
    """(name, content) of files each of which asks for too much, or is not what it says."""
    content = base("CT_small.dcm")
    at = content.index(_PIXELS)
    begin = struct.pack("<HH2sHL", 0x0040, 0x0275, b"SQ", 0, 0xFFFFFFFF) + struct.pack(
        "<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF
    )
    end = struct.pack("<HHL", 0xFFFE, 0xE00D, 0) + struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)
    yield "nested-10000-deep", content[:at] + begin * 10_000 + end * 10_000 + content[at:]
    rows, columns = b"\x28\x00\x10\x00US\x02\x00", b"\x28\x00\x11\x00US\x02\x00"
    huge = bytearray(content)
    for tag in (rows, columns):
        place = huge.index(tag) + len(tag)
        huge[place : place + 2] = b"\xff\xff"
    yield "65535-by-65535", bytes(huge)
    yield "3-gb-in-1-kb", content[:1000] + b"\xe0\x7f\x10\x00OW\0\0" + struct.pack("<L", 3 << 30) + bytes(16)
    deflated = base("image_dfl.dcm")
    start = 144 + struct.unpack_from("<L", deflated, 140)[0]
    squeeze = zlib.compressobj(1, wbits=-15)
    bomb = b"".join(squeeze.compress(bytes(MB)) for _ in range(1100)) + squeeze.flush()
    yield "deflate-bomb", deflated[:start] + bomb
    name = content.index(b"\x10\x00\x10\x00PN") + 8
    length = struct.unpack_from("<H", content, name - 2)[0]
    yield "script-in-name", content[: name - 2] + struct.pack("<H", 26) + _SCRIPT + b" " + content[name + length :]
    yield "not-dicom-<img src=x onerror=alert(1)>", b"x" * 1000


def zips() -> Iterator[tuple[str, bytes]]:
    """(name, content) of ZIPs: a bomb, a bomb in ZIPs, ZIPs without end, names that lead out."""
    yield "bomb.zip", _overlapping(_zip({"zeros": bytes(100 * MB)}), 100)
    inner = _zip({"zeros": bytes(200 * MB)})
    yield "bomb-in-zips.zip", _zip({f"{number}.zip": inner for number in range(20)})
    nested = _zip({"IM1": base("MR_small.dcm")})
    for _ in range(50):
        nested = _zip({"inner.zip": nested})
    yield "zips-without-end.zip", nested
    yield (
        "names.zip",
        _zip(dict.fromkeys(("../../escaped", "/tmp/escaped", "a/../../../escaped", "\x1b[2J\n"), b"x")),
    )


def _zip(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def _overlapping(single: bytes, times: int) -> bytes:
    """A ZIP whose directory names its one member many times over (David Fifield, "A better zip bomb", 2019)."""
    at, end = single.index(b"PK\x01\x02"), single.index(b"PK\x05\x06")
    entry = single[at:end]
    closing = struct.pack("<4s4HLLH", b"PK\x05\x06", 0, 0, times, times, times * len(entry), at, 0)
    return single[:at] + entry * times + closing


def write(folder: Path, bases: Sequence[str], pieces: int, mutations: int) -> int:
    """Write the delivery and say of how many files and ZIPs it is."""
    print(f"SEED={SEED}: {len(bases)} files, cut in {pieces}, mutated {mutations} times")
    chance = random.Random(SEED)
    made: list[tuple[str, bytes]] = []
    for name in bases:
        content = base(name)
        made += [(f"{name}.cut{number:03}", piece) for number, piece in enumerate(cuts(content, pieces))]
        made += [(f"{name}.mutation{number:03}", mutated(content, chance)) for number in range(mutations)]
    made += [*extremes(), *zips()]
    for name, content in made:
        (folder / name).write_bytes(content)
    return len(made)
