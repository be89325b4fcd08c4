"""What others read on a medium: pydicom and dcmtk."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pydicom
from pydicom.fileset import FileSet

from tests.programs import require

# What records say, but for offsets and what a directory may leave out.
_COMPARED = (
    *("DirectoryRecordType", "PatientID", "PatientName", "StudyInstanceUID", "StudyID", "StudyDate", "StudyTime"),
    *("AccessionNumber", "SeriesInstanceUID", "SeriesNumber", "Modality", "InstanceNumber", "DocumentTitle"),
    *("ReferencedFileID", "ReferencedSOPClassUIDInFile", "ReferencedSOPInstanceUIDInFile"),
    "ReferencedTransferSyntaxUIDInFile",
)


@contextmanager
def file_set(folder: Path) -> Iterator[FileSet]:
    """The medium as pydicom reads it, which warns of whatever is wrong with it."""
    files = FileSet(folder / "DICOMDIR")
    yield files
    files._stage["t"].cleanup()


def files_on(folder: Path) -> int:
    with file_set(folder) as files:
        return len(files)


def records(directory: Path) -> list[list[str]]:
    """What the records of a directory say."""
    found = pydicom.dcmread(directory).DirectoryRecordSequence
    return sorted([str(record.get(keyword, "")) for keyword in _COMPARED] for record in found)


def dcmtk(program: str, *arguments: str, cwd: Path | None = None) -> str:
    """What a program of dcmtk says; it complains of nothing."""
    ran = subprocess.run([require(program), *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    told = [line for line in ran.stderr.splitlines() if not line.endswith("already exists")]
    assert not told
    return ran.stdout
