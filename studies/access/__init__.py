"""The only door to study data: who may see what, at which instant.

`viewer_of` says who looks; None looks as nobody and sees nothing. What may not be seen raises `NotVisible`, the same
404 as what is not there.
"""

from .foresight import foreseen, foreseen_under, grant_under
from .grants import Answer, Grant, Withheld
from .looks import open_document, open_images, open_instance, open_report
from .queries import NotVisible, Page, Seen, find, grant_for, page_of, visible_studies, with_documents
from .viewers import AccountViewer, PatientViewer, Viewer
from .viewing import account_viewer, patient_viewer, viewer_of

__all__ = [
    "AccountViewer",
    "Answer",
    "Grant",
    "NotVisible",
    "Page",
    "PatientViewer",
    "Seen",
    "Viewer",
    "Withheld",
    "account_viewer",
    "find",
    "foreseen",
    "foreseen_under",
    "grant_for",
    "grant_under",
    "open_document",
    "open_images",
    "open_instance",
    "open_report",
    "page_of",
    "patient_viewer",
    "viewer_of",
    "visible_studies",
    "with_documents",
]
