"""The usual windows of CT: which ways of seeing a series are offered beside its own, by body part."""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Window:
    """`center` and `width` in Hounsfield units; `slug` names it in addresses and in the archive."""

    slug: str
    label: str | Promise
    center: float
    width: float


BRAIN = Window("brain", _("Brain"), 40, 80)
BONE = Window("bone", _("Bone"), 480, 2500)
LUNG = Window("lung", _("Lung"), -600, 1500)
SOFT_TISSUE = Window("soft-tissue", _("Soft tissue"), 40, 400)
_BY_SLUG = {window.slug: window for window in (BRAIN, BONE, LUNG, SOFT_TISSUE)}

# Body parts as PS3.16 Annex L writes them, and as people do in Dutch, French, German and English; the first that fits.
_OFFERED = (
    (r"HEAD|BRAIN|SKULL|CRAN|SCHEDEL|HERSEN|HOOFD|CERVEAU|T[EÊ]TE|SCH[AÄ]DEL|KOPF|HIRN", (BRAIN, BONE)),
    (r"CHEST|THORA|LUNG|LONG|POUMON|HEART|CORONAR", (SOFT_TISSUE, LUNG, BONE)),
    (r"ABDOM|PELV|LIVER|KIDNEY|COLON|BUIK|BEKKEN|BAUCH|BECKEN|FOIE|LEBER", (SOFT_TISSUE, BONE)),
    (
        r"SPINE|VERTEBRA|WERVEL|RACHIS|WIRBEL|HIP|KNEE|ANKLE|FOOT|HAND|WRIST|ELBOW|SHOULDER|EXTREMITY|LEG|ARM|FEMUR"
        r"|SINUS|EAR|ORBIT|JAW|MAXILLA|MANDIBLE|TEMPORAL|KNIE|HEUP|ENKEL|VOET|POLS|SCHOUDER|GENOU|HANCHE|CHEVILLE|PIED"
        r"|POIGNET|EPAULE|ÉPAULE|MAIN|H[UÜ]FT|FUSS|HANDGELENK|SCHULTER",
        (BONE, SOFT_TISSUE),
    ),
)


def windows_of(modality: str, body_part: str, description: str = "") -> tuple[Window, ...]:
    """What is offered for a series: nothing but for CT; all four where neither body part nor description says which."""
    if modality != "CT":
        return ()
    for words in (body_part.upper(), description.upper()):
        for pattern, windows in _OFFERED:
            if words and re.search(pattern, words):
                return windows
    return (BRAIN, SOFT_TISSUE, LUNG, BONE)


def window(slug: str) -> Window | None:
    """The window of that name, if there is one."""
    return _BY_SLUG.get(slug)
