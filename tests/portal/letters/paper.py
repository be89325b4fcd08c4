"""Reading a PDF as a person and a phone do."""

from dataclasses import dataclass

import pypdfium2
import zxingcpp


@dataclass(frozen=True)
class Sheet:
    """One page: its words in reading order, and what its QR codes say."""

    words: str
    qr: list[str]


def read(pdf: bytes) -> list[Sheet]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [_sheet(page) for page in document]


def _sheet(page: pypdfium2.PdfPage) -> Sheet:
    text = page.get_textpage()
    words = " ".join(text.get_text_range().split())
    text.close()
    picture = page.render(scale=2).to_pil()
    page.close()
    return Sheet(words, [found.text for found in zxingcpp.read_barcodes(picture)])
