"""A page without pixels: a dose sheet as PDF inside a DICOM instance (PS3.3 A.45.1)."""

from collections.abc import Sequence

ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1"


def pdf(title: str, lines: Sequence[str]) -> bytes:
    """One A4 page in Helvetica, Latin-1 text only (ISO 32000-1 §7.5: header, objects, table of offsets, trailer)."""
    rows = [f"BT /F1 18 Tf 60 770 Td ({_escaped(title)}) Tj ET"]
    rows += [f"BT /F1 11 Tf 60 {735 - 18 * n} Td ({_escaped(line)}) Tj ET" for n, line in enumerate(lines)]
    content = "\n".join(rows).encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
        b" /Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return bytes(out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
