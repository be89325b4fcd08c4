"""Opening an original of the archive: recognised, expanded where deflated, walked, parsed."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from pydicom.dataset import Dataset
from pydicom.uid import UID

from .encoding import Encoding, inflate, recognise
from .errors import Damaged
from .header import integer, parse, text
from .layout import Folder
from .limits import Limits
from .pixels import Pictures
from .structure import Structure, walk


@dataclass(frozen=True)
class Opened:
    """`file` is where the data set lies: the original, or what it expanded to."""

    ds: Dataset
    file: BinaryIO
    encoding: Encoding
    structure: Structure

    def pictures(self, limits: Limits) -> Pictures | None:
        """Its frames; None if it has none by its nature. Raises `Undecodable`, `LimitExceeded`, `Damaged`."""
        if self.structure.pixels is None:
            if integer(self.ds, "Rows") or "Image Storage" in UID(text(self.ds, "SOPClassUID")).name:
                raise Damaged("the file ends before its picture")
            return None
        return Pictures(self.ds, self.file, self.encoding, self.structure.pixels, limits)


@contextmanager
def opened(folder: Folder, limits: Limits) -> Iterator[Opened]:
    """The original in `folder`. Raises `NotAnInstance`, `Damaged`, `LimitExceeded`."""
    with ExitStack() as stack:
        file: BinaryIO = stack.enter_context(folder.original.open("rb"))
        size = folder.original.stat().st_size
        encoding = walked = recognise(file, size)
        if encoding.deflated:
            expanded = cast("BinaryIO", stack.enter_context(TemporaryFile(dir=folder.path)))
            file.seek(encoding.start)
            size = inflate(file, expanded, limits.inflated_bytes)
            file, walked = expanded, replace(encoding, start=0)
        structure = walk(file, size, walked, depth=limits.depth, elements=limits.elements)
        yield Opened(parse(file, walked, structure, limits.header_bytes), file, encoding, structure)
