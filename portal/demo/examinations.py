"""What was examined, when, for whom, and what the radiologist wrote. Days count back from the first seeding."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from studies.access_codes.services import Wishes
from studies.models import ReportStatus

from .codes import USUAL
from .people import AYDIN, AZ, DUBOIS, LEFEVRE, PARC, DemoPhysician, Hospital
from .phantoms.breast import mammography
from .phantoms.chest import chest_x_ray
from .phantoms.hand import hand_x_ray
from .phantoms.head_scans import ct_of_the_head, mr_of_the_head
from .phantoms.series import Detail, PhantomSeries
from .phantoms.ultrasound import abdomen

TEXTS = Path(__file__).parent / "reports"
Phantom = Callable[[Detail, int], Iterator[PhantomSeries]]


@dataclass(frozen=True)
class DemoPatient:
    """`name` is a DICOM PN with its groups; `birth_date` a DA, "1931" for a year alone, "" for unknown.

    What the desk knows: `mobile` in E.164, `mail`, and the language to write in. Nobody has been asked where empty.
    """

    name: str
    sex: str
    birth_date: str
    patient_id: str
    mobile: str = ""
    mail: str = ""
    language: str = ""


@dataclass(frozen=True)
class DemoStudy:
    description: str
    phantom: Phantom
    modality: str
    dose_sheet: tuple[str, ...] = ()


@dataclass(frozen=True)
class Version:
    """A version of the report, `hours` after the examination; `text` names a file of `reports/`."""

    status: ReportStatus
    text: str
    hours: float = 4


@dataclass(frozen=True)
class DemoRequest:
    """Studies that have not arrived are awaited. `shows` says in the cast's table what this one is for.

    `wishes` are what its code asks, where that is more than usual.
    """

    accession: str
    hospital: Hospital
    patient: DemoPatient
    days_ago: int
    studies: tuple[DemoStudy, ...]
    requester: DemoPhysician
    shows: str
    versions: tuple[Version, ...] = ()
    copies: tuple[DemoPhysician, ...] = ()
    have_arrived: bool = True
    wishes: Wishes = USUAL


DOSE = (
    "Examination: CT head, one spiral",
    "Tube voltage 120 kV, rotation 1.0 s, collimation 64 x 0.6 mm",
    "CTDI vol 48.2 mGy (phantom of 16 cm)",
    "DLP 812 mGy cm",
)


def _final(text: str, hours: float = 4) -> tuple[Version, ...]:
    return (Version(ReportStatus.FINAL, text, hours),)


def _study(description: str, modality: str, phantom: Phantom, dose: tuple[str, ...] = ()) -> DemoStudy:
    return DemoStudy(description, phantom, modality, dose)


REQUESTS = (
    DemoRequest(
        "AZ26-004711",
        AZ,
        DemoPatient("Peeters^Anna^^Mevr.", "F", "19510914", "510914"),
        3,
        (_study("CT hoofd", "CT", ct_of_the_head, DOSE),),
        DUBOIS,
        "images now, report after 7 days",
        _final("peeters-ct-hoofd.nl"),
    ),
    DemoRequest(
        "AZ26-004502",
        AZ,
        DemoPatient("Vandenberghe^Marc", "M", "19640302", "640302"),
        12,
        (_study("CT hoofd", "CT", ct_of_the_head), _study("RX thorax", "DX", chest_x_ray)),
        DUBOIS,
        "one code, two studies, report",
        _final("vandenberghe-val.nl"),
        (AYDIN,),
    ),
    DemoRequest(
        "AZ26-004390",
        AZ,
        DemoPatient("Müller-Weiß^Jürgen", "M", "19721130", "721130"),
        20,
        (_study("MRT Schädel", "MR", mr_of_the_head),),
        AYDIN,
        "a corrected report",
        (
            Version(ReportStatus.FINAL, "mueller-mrt-schaedel.de"),
            Version(ReportStatus.CORRECTED, "mueller-mrt-schaedel-berichtigt.de", 50),
        ),
    ),
    DemoRequest(
        "AZ26-004455",
        AZ,
        DemoPatient("Wang^Xiaodong=王^小東", "M", "19580825", "580825"),
        15,
        (_study("MRI brain", "MR", mr_of_the_head),),
        AYDIN,
        "a name in ideographs, report",
        _final("wang-mri-brain.en", 6),
        (DUBOIS,),
    ),
    DemoRequest(
        "AZ26-004610",
        AZ,
        DemoPatient("Yılmaz^Elif", "F", "19940108", "940108"),
        9,
        (_study("RX hand links", "DX", hand_x_ray),),
        DUBOIS,
        "an X-ray stored inverted, report",
        _final("yilmaz-hand.nl", 2),
    ),
    DemoRequest(
        "AZ26-004733",
        AZ,
        DemoPatient("Sokolov^Dmitri=Соколов^Дмитрий", "M", "19830228", "830228"),
        1,
        (_study("Chest X-ray", "DX", chest_x_ray),),
        DUBOIS,
        "a preliminary report, not yet for patients",
        (Version(ReportStatus.PRELIMINARY, "sokolov-chest.en", 1),),
    ),
    DemoRequest(
        "AZ26-004578",
        AZ,
        DemoPatient("De Smedt^Sofie", "F", "19900703", "900703"),
        10,
        (_study("Mammografie", "MG", mammography),),
        LEFEVRE,
        "mammography, shown here, report",
        _final("desmedt-mammografie.nl", 5),
    ),
    DemoRequest(
        "AZ26-004599",
        AZ,
        DemoPatient("Dupont^Jeanne^^Mme", "F", "1931", "310000"),
        11,
        (_study("Radiographie de la main gauche", "DX", hand_x_ray),),
        DUBOIS,
        "only the year of birth is known",
        _final("dupont-main.fr", 3),
    ),
    DemoRequest(
        "AZ26-004688",
        AZ,
        DemoPatient("Janssens^Lieve", "F", "", "000417"),
        5,
        (_study("RX thorax", "DX", chest_x_ray),),
        DUBOIS,
        "birth date unknown",
        _final("janssens-thorax.nl", 2),
    ),
    DemoRequest(
        "AZ26-004790",
        AZ,
        DemoPatient("van den Bosch-de la Fontaine^Maximiliaan Alexander", "M", "20010519", "010519"),
        1,
        (_study("MRI hersenen", "MR", mr_of_the_head),),
        AYDIN,
        "images awaited: the code says so",
        have_arrived=False,
    ),
    DemoRequest(
        "AZ26-004641",
        AZ,
        DemoPatient("Nguyễn^Thị Hương", "F", "19990810", "990810"),
        14,
        (_study("Ultrasound of liver and kidneys", "US", abdomen),),
        AYDIN,
        "a moving ultrasound, report",
        _final("nguyen-ultrasound.en", 3),
    ),
    DemoRequest(
        "P-2026-8812",
        PARC,
        DemoPatient("Lambert^Chloé", "F", "19870621", "87.06.21"),
        6,
        (_study("Échographie de l'abdomen", "US", abdomen),),
        LEFEVRE,
        "a moving ultrasound, report at once",
        _final("lambert-echographie.fr", 1),
        (DUBOIS,),
    ),
    DemoRequest(
        "P-2026-8790",
        PARC,
        DemoPatient("El Alaoui^Fatima Zahra=العلوي^فاطمة الزهراء", "F", "19790417", "79.04.17"),
        8,
        (_study("Mammographie de dépistage", "MG", mammography),),
        LEFEVRE,
        "images withheld by the hospital, report shown",
        _final("elalaoui-mammographie.fr", 26),
    ),
    DemoRequest(
        "P-2026-8755",
        PARC,
        DemoPatient("Yamada^Tarou=山田^太郎=やまだ^たろう", "M", "19691205", "69.12.05"),
        13,
        (_study("Chest X-ray", "DX", chest_x_ray),),
        DUBOIS,
        "a cancelled report",
        (
            Version(ReportStatus.FINAL, "yamada-chest.en", 2),
            Version(ReportStatus.CANCELLED, "", 30),
        ),
    ),
    DemoRequest(
        "P-2026-8801",
        PARC,
        DemoPatient("Παπαδοπούλου^Ελένη", "F", "19460511", "46.05.11"),
        7,
        (_study("Abdominal ultrasound", "US", abdomen),),
        DUBOIS,
        "a Greek name, report at once",
        _final("papadopoulou-ultrasound.en", 2),
    ),
)
