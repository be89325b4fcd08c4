"""Examinations whose codes ask for more than the date of birth: a second factor, a price, both."""

from studies.access_codes.services import Wishes
from studies.models import PatientSecondFactor, ReportStatus

from .examinations import DemoPatient, DemoRequest, DemoStudy, Version
from .people import AYDIN, DUBOIS, KOUTER
from .phantoms.chest import chest_x_ray
from .phantoms.hand import hand_x_ray

PRICE = 1250  # cents

CHEST_NL = DemoStudy("RX thorax", chest_x_ray, "DX")
CHEST_FR = DemoStudy("Radiographie du thorax", chest_x_ray, "DX")
CHEST_EN = DemoStudy("Chest X-ray", chest_x_ray, "DX")
HAND_NL = DemoStudy("RX hand links", hand_x_ray, "DX")
HAND_DE = DemoStudy("Röntgen linke Hand", hand_x_ray, "DX")


def _final(text: str) -> tuple[Version, ...]:
    return (Version(ReportStatus.FINAL, text, 2),)


ASKING_REQUESTS = (
    DemoRequest(
        "K26-000311",
        KOUTER,
        DemoPatient("Goossens^Ruben", "M", "19880516", "K00311", "+32470123450", "ruben.goossens@example.org", "nl"),
        4,
        (HAND_NL,),
        DUBOIS,
        "a token by SMS, then a report",
        _final("goossens-hand.nl"),
        wishes=Wishes(second_factor=PatientSecondFactor.SMS),
    ),
    DemoRequest(
        "K26-000318",
        KOUTER,
        DemoPatient("Lecomte^Amélie^^Mme", "F", "19750222", "K00318", mail="amelie.lecomte@example.org", language="fr"),
        5,
        (CHEST_FR,),
        AYDIN,
        "a token by mail, then a report",
        _final("lecomte-thorax.fr"),
        wishes=Wishes(second_factor=PatientSecondFactor.OTP),
    ),
    DemoRequest(
        "K26-000325",
        KOUTER,
        DemoPatient("Verhaeghe^Willem", "M", "19480109", "K00325", language="nl"),
        6,
        (CHEST_NL,),
        DUBOIS,
        "a payment, or a free copy from the desk",
        _final("verhaeghe-thorax.nl"),
        wishes=Wishes(price_minor=PRICE),
    ),
    DemoRequest(
        "K26-000332",
        KOUTER,
        DemoPatient("Schröder^Katharina", "F", "19821203", "K00332", "+32470123452", "k.schroeder@example.org", "de"),
        7,
        (HAND_DE,),
        AYDIN,
        "a payment, then a token by SMS",
        _final("schroeder-hand.de"),
        wishes=Wishes(second_factor=PatientSecondFactor.SMS, price_minor=PRICE),
    ),
    DemoRequest(
        "K26-000339",
        KOUTER,
        DemoPatient("O'Brien^Siobhán", "F", "19960730", "K00339", mail="siobhan.obrien@example.org", language="en"),
        8,
        (CHEST_EN,),
        DUBOIS,
        "a payment, then a token by mail",
        _final("obrien-chest.en"),
        wishes=Wishes(second_factor=PatientSecondFactor.OTP, price_minor=PRICE),
    ),
)
