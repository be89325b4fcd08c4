"""The head under two scanners: CT (two kernels and a side view) and MRI (two weightings)."""

from collections.abc import Iterator

import numpy as np
from PIL import Image

from .head import Contrast, Tissue, head, head_rest, paint
from .series import AXIAL, SAGITTAL, Detail, PhantomSeries, Picture, grain
from .shapes import Field

CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
MR_IMAGE = "1.2.840.10008.5.1.4.1.1.4"
LOWEST, HIGHEST = -44.0, 82.0  # mm, from the skull's base to the crown
FIELD_OF_VIEW = 230.0  # mm
AIR = -1024

HOUNSFIELD: Contrast = {
    Tissue.AIR: -1000,
    Tissue.SKIN: 45,
    Tissue.FAT: -90,
    Tissue.MUSCLE: 55,
    Tissue.BONE: 1250,
    Tissue.MARROW: 420,
    Tissue.FLUID: 6,
    Tissue.GREY: 39,
    Tissue.WHITE: 29,
    Tissue.FALX: 58,
    Tissue.EYE: 12,
    Tissue.LENS: 85,
    Tissue.CALCIUM: 320,
    Tissue.CUSHION: 30,
}
T1: Contrast = {
    Tissue.AIR: 4,
    Tissue.SKIN: 420,
    Tissue.FAT: 900,
    Tissue.MUSCLE: 330,
    Tissue.BONE: 40,
    Tissue.MARROW: 640,
    Tissue.FLUID: 110,
    Tissue.GREY: 390,
    Tissue.WHITE: 560,
    Tissue.FALX: 300,
    Tissue.EYE: 130,
    Tissue.LENS: 320,
    Tissue.CALCIUM: 90,
    Tissue.CUSHION: 4,
}
T2: Contrast = T1 | {  # type: ignore[operator]
    Tissue.SKIN: 300,
    Tissue.FAT: 640,
    Tissue.MUSCLE: 170,
    Tissue.MARROW: 420,
    Tissue.FLUID: 1000,
    Tissue.GREY: 480,
    Tissue.WHITE: 300,
    Tissue.FALX: 200,
    Tissue.EYE: 980,
    Tissue.LENS: 150,
}


def ct_of_the_head(detail: Detail, seed: int) -> Iterator[PhantomSeries]:
    """64 slices of 2 mm under a brain and a bone kernel, and a side view made from the first."""
    heights = _spread(LOWEST, HIGHEST, 64, detail)
    axis = _axis(detail.pixels(512))
    spacing = FIELD_OF_VIEW / len(axis)
    slices = [_slice(axis, z) for z in heights]
    thickness = (HIGHEST - LOWEST) / 63
    common = {
        "ImageOrientationPatient": AXIAL,
        "PixelSpacing": [spacing, spacing],
        "SliceThickness": round(thickness, 3),
        "RescaleIntercept": AIR,
        "RescaleSlope": 1,
        "RescaleType": "HU",
        "BodyPartExamined": "HEAD",
        "KVP": 120,
        "PatientPosition": "HFS",
    }
    brain = [_smooth(one) + 3.2 * grain(seed + n, one.shape, 1) for n, one in enumerate(slices)]
    bone = (one + 28 * grain(seed + 100 + n, one.shape) for n, one in enumerate(slices))
    yield _ct(
        "Brain", brain, heights, axis, common | {"WindowCenter": 35, "WindowWidth": 80, "ConvolutionKernel": "H31"}
    )
    yield _ct(
        "Bone", bone, heights, axis, common | {"WindowCenter": 500, "WindowWidth": 2500, "ConvolutionKernel": "H60"}
    )
    yield _side_view(np.stack(brain), heights, axis, common | {"WindowCenter": 35, "WindowWidth": 80}, detail)


def mr_of_the_head(detail: Detail, seed: int) -> Iterator[PhantomSeries]:
    """T2 from above (24 slices of 5 mm), T1 from the side (20 slices of 6 mm)."""
    axis = _axis(detail.pixels(384))
    spacing = FIELD_OF_VIEW / len(axis)
    common = {"PixelSpacing": [spacing, spacing], "BodyPartExamined": "BRAIN", "PatientPosition": "HFS"}
    common |= {"ScanningSequence": "SE", "SequenceVariant": "SK", "ScanOptions": "", "MRAcquisitionType": "2D"}
    heights = _spread(LOWEST, HIGHEST - 8, 24, detail)
    above = (
        Picture(
            _magnitude(paint(head(axis[None], axis[:, None], z), T2), axis, seed + n),
            {"ImagePositionPatient": [axis[0], axis[0], z], "InstanceNumber": n + 1},
        )
        for n, z in enumerate(heights)
    )
    weighted = {"WindowCenter": 480, "WindowWidth": 1000, "EchoTime": 96, "RepetitionTime": 4800, "SliceThickness": 5}
    yield PhantomSeries("T2 axial", "MR", MR_IMAGE, 12, above, common | weighted | {"ImageOrientationPatient": AXIAL})
    sides = _spread(-57.0, 57.0, 20, detail)
    beside = (
        Picture(
            _magnitude(paint(head(x, axis[None], -axis[:, None]), T1), axis, seed + 50 + n),
            {"ImagePositionPatient": [x, axis[0], -axis[0]], "InstanceNumber": n + 1},
        )
        for n, x in enumerate(sides)
    )
    weighted = {"WindowCenter": 400, "WindowWidth": 820, "EchoTime": 11, "RepetitionTime": 560, "SliceThickness": 5}
    yield PhantomSeries(
        "T1 sagittal", "MR", MR_IMAGE, 12, beside, common | weighted | {"ImageOrientationPatient": SAGITTAL}
    )


def _slice(axis: Field, z: float) -> Field:
    """One slice in HU: the head where it can be, the head rest all around."""
    picture = np.full((len(axis), len(axis)), HOUNSFIELD[Tissue.AIR], dtype=np.float32)
    columns, rows = np.flatnonzero(np.abs(axis) < 82), np.flatnonzero(np.abs(axis) < 102)
    near = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    picture[near] = paint(head(axis[None, near[1]], axis[near[0], None], z), HOUNSFIELD)
    for tissue, share in head_rest(axis[None], axis[:, None]):
        picture += share * (HOUNSFIELD[tissue] - picture)
    return picture


def _axis(pixels: int) -> Field:
    """The middles of the pixels of a row, in mm."""
    return ((np.arange(pixels) + 0.5) * (FIELD_OF_VIEW / pixels) - FIELD_OF_VIEW / 2).astype(np.float32)


def _spread(low: float, high: float, full: int, detail: Detail) -> list[float]:
    return [float(z) for z in np.linspace(low, high, detail.pictures(full)).round(3)]


def _smooth(picture: Field) -> Field:
    """What a soft kernel does: neighbours share."""
    for axis in (0, 1):
        picture = (2 * picture + np.roll(picture, 1, axis) + np.roll(picture, -1, axis)) / 4
    return picture


def _stored(hounsfield: Field) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    return np.clip(hounsfield - AIR, 0, 4095).round().astype(np.int16)


def _ct(
    name: str, slices: Iterator[Field] | list[Field], heights: list[float], axis: Field, common: dict[str, object]
) -> PhantomSeries:
    pictures = (
        Picture(
            _stored(one), {"ImagePositionPatient": [axis[0], axis[0], z], "SliceLocation": z, "InstanceNumber": n + 1}
        )
        for n, (one, z) in enumerate(zip(slices, heights, strict=True))
    )
    return PhantomSeries(name, "CT", CT_IMAGE, 16, pictures, common)


def _side_view(
    volume: Field, heights: list[float], axis: Field, common: dict[str, object], detail: Detail
) -> PhantomSeries:
    """The volume cut from left to right, stretched to square pixels."""
    spacing = float(axis[1] - axis[0])
    rows = max(16, round((heights[-1] - heights[0]) / spacing))
    columns = np.linspace(len(axis) * 0.2, len(axis) * 0.8, detail.pictures(40)).round().astype(int)

    def cut(column: int) -> Field:
        upright = np.ascontiguousarray(volume[::-1, :, column])
        return np.asarray(Image.fromarray(upright).resize((len(axis), rows), Image.Resampling.BICUBIC))

    pictures = (
        Picture(_stored(cut(c)), {"ImagePositionPatient": [axis[c], axis[0], heights[-1]], "InstanceNumber": n + 1})
        for n, c in enumerate(columns)
    )
    derived = {
        "ImageOrientationPatient": SAGITTAL,
        "ImageType": ["DERIVED", "SECONDARY", "REFORMATTED"],
        "ConvolutionKernel": "H31",
    }
    return PhantomSeries("Side view", "CT", CT_IMAGE, 16, pictures, common | derived)


def _magnitude(signal: Field, axis: Field, seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint16]]:
    """Noise as MRI has it (Rician), and a coil that hears the near side a little better."""
    coil = 1.06 - 0.12 * np.square(axis[:, None] / 115) - 0.1 * np.square(axis[None] / 115)
    shape = signal.shape
    real = signal * coil + 12 * grain(seed, shape, 1)
    return np.clip(np.hypot(real, 12 * grain(seed + 1, shape, 1)), 0, 4095).round().astype(np.uint16)
