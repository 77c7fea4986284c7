"""Small PDFs that stand for papers, in rehearsals and tests: one empty page, and always the same bytes."""

from __future__ import annotations


def small_pdf(text: str, *, keywords: str = "", form: bytes = b"", version: str = "1.7") -> bytes:
    """A PDF of one page with ``text`` as its title; ``form`` are further entries of its catalogue, as they stand."""
    marked = b" /Keywords (" + keywords.encode("ascii") + b")" if keywords else b""
    about = b"<< /Title " + _text(text) + marked + b" >>"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R " + form + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>",
        about,
    )
    made, places = f"%PDF-{version}\n%".encode() + b"\xe2\xe3\xcf\xd3\n", list[int]()
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, rows)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\n" % (len(objects) + 1)
    return made + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(made)


def _text(text: str) -> bytes:
    return b"<feff" + text.encode("utf-16-be").hex().encode() + b">"
