"""What becomes of files that somebody sends: no form of the portal takes one."""

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class NoFiles(FileUploadHandler):
    """Refuses the request (400) where its first file begins: before any view is asked, and nothing is kept on the way.

    Django's own handlers write files of any length to the disk of whoever has no front server that limits them. A page
    that takes files names its own.
    """

    def new_file(self, *args: object, **kwargs: object) -> None:  # noqa: ARG002 - Django's signature
        raise RequestDataTooBig("no form takes a file")
