"""Attributes that a multi-frame file keeps per frame or shared by all (PS3.3 §C.7.6.16), or any file at its top."""

from pydicom.dataset import Dataset

from .header import items


def group(ds: Dataset, index: int, keyword: str) -> Dataset:
    """A functional group of a frame (counted from 0): its own, else the shared one, else the file itself."""
    frames = items(ds, "PerFrameFunctionalGroupsSequence")
    candidates = frames[index : index + 1] + items(ds, "SharedFunctionalGroupsSequence")[:1]
    for candidate in candidates:
        for item in items(candidate, keyword)[:1]:
            return item
    return ds
