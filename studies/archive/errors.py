"""Why a file cannot be used."""


class NotAnInstance(Exception):
    """Not a DICOM instance at all: skipped. The message says what it is."""


class Unusable(Exception):
    """Goes to quarantine. The message says what was found, in plain English, without anything of the patient."""


class Damaged(Unusable):
    """Cut short, or not what its own structure says."""


class Incomplete(Unusable):
    """What identifies the picture is missing."""


class LimitExceeded(Unusable):
    """More than is decoded here: size, pixels, frames, depth, time."""


class Undecodable(Exception):
    """No decoder reads the pixels: the original is kept and flagged."""
