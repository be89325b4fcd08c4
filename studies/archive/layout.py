"""Where everything lies below ARCHIVE_ROOT.

    <institution uuid>/<aa>/<32 hex>/   an instance: its key; <aa> spreads folders
        original.dcm                    as received, bit for bit
        frames/1.jph                    one HTJ2K-lossless file a frame, counted from 1; see `pixels` on normalising
        previews/1.jpg                  longest side at most 1024
        full/1.jpg                      only where the picture is larger than its preview
        thumbnails/1.jpg                longest side 160
        windows/bone/1.jpg              made on first use
        metadata.json.gz                the instance's DICOM JSON
        document.pdf                    of an encapsulated PDF, made on first use
        download.json                   lengths and CRC-32 of what a download sends (`studies.download.sums`)
    <institution uuid>/metadata/        gzipped DICOM JSON of whole series and studies
    quarantine/<32 hex>/original.dcm
    staging/<run>/<32 hex>/             as an instance, before it is recorded (`staging`)

Paths that are kept (`Instance.key`, `QuarantinedFile.file`) are relative to the root.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

ORIGINAL = "original.dcm"
QUARANTINE = "quarantine"


def new_shelf() -> str:
    """The <aa> of some keys. What is placed together on one shelf is flushed to the disk together."""
    return secrets.token_hex(1)


def new_key(institution: UUID, shelf: str) -> str:
    """A key for an instance that is about to be placed: never used before, told from nothing in the file."""
    return f"{institution}/{shelf}/{secrets.token_hex(16)}"


@dataclass(frozen=True)
class Folder:
    """The files of one instance; frames are counted from 1."""

    path: Path

    @property
    def original(self) -> Path:
        return self.path / ORIGINAL

    @property
    def metadata(self) -> Path:
        return self.path / "metadata.json.gz"

    @property
    def document(self) -> Path:
        return self.path / "document.pdf"

    @property
    def download(self) -> Path:
        return self.path / "download.json"

    def frame(self, number: int) -> Path:
        return self.path / "frames" / f"{number}.jph"

    def preview(self, number: int) -> Path:
        return self.path / "previews" / f"{number}.jpg"

    def full(self, number: int) -> Path:
        return self.path / "full" / f"{number}.jpg"

    def thumbnail(self, number: int) -> Path:
        return self.path / "thumbnails" / f"{number}.jpg"

    def window(self, name: str, number: int) -> Path:
        return self.path / "windows" / name / f"{number}.jpg"


def folder_of(root: Path, key: str) -> Folder:
    """The folder of an instance; `key` comes from the database, so it is trusted to stay below the root."""
    return Folder(root / key)


def metadata_of(root: Path, institution: UUID, of: UUID, contents: str) -> Path:
    """The metadata file of a series or study; `contents` tells one set of instances from another."""
    return root / str(institution) / "metadata" / f"{of}-{contents}.json.gz"
