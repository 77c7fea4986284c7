"""The look at a PDF's bytes (C-IN-1): what it sees, that nothing makes it fail, and that nothing makes it slow."""

from __future__ import annotations

import io
import os
import time
import zlib
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.actions import JavaScript
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from madoguchi.rehearsal.papers import small_pdf
from policies.editions import load
from policies.invoices import samples
from policies.typesetting import set_paper
from services.intake.policy.pdf import INFLATED_MOST, STREAMS_MOST, look

HEADER, ENDING = b"%PDF-1.7\n", b"\nstartxref\n0\n%%EOF\n"
PAGE = b"3 0 obj\n<< /Type /Page >>\nendobj\n"
MARKED = "madoguchi-form:support/2025/consent"
SECONDS = 2.0
"""The slowest takes an eighth of it on a quiet core."""


def pdf(*objects: bytes) -> bytes:
    """A file of these objects and a page."""
    return HEADER + PAGE + b"\n".join(objects) + ENDING


def kept(content: bytes, said: bytes = b"/Filter /FlateDecode") -> bytes:
    """An object stream."""
    return b"9 0 obj\n<< /Type /ObjStm /N 1 /First 5 %s >>\nstream\n%s\nendstream\nendobj" % (said, content)


def written(**how: Any) -> bytes:
    """A PDF that pypdf wrote, with what is asked for."""
    writer = PdfWriter()
    if how.get("page", True):
        writer.add_blank_page(595, 842)
    if "keywords" in how:
        writer.add_metadata({"/Keywords": how["keywords"]})
    if "script" in how:
        writer.add_open_action(JavaScript(how["script"]))
    if "attached" in how:
        writer.add_attachment("a.txt", how["attached"])
    if "locked" in how:
        writer.encrypt(how["locked"], algorithm="AES-256")
    if "xfa" in how:
        form = DictionaryObject({NameObject("/XFA"): TextStringObject("x")})
        writer.root_object[NameObject("/AcroForm")] = form
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@cache
def typesetters() -> bytes:
    """A PDF/A out of a typesetter: pages in object streams, metadata in XMP."""
    edition = load("support", 2026)
    return set_paper(edition, "invoice", samples(edition)[0])


@pytest.mark.clause("C-IN-1")
@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"", "empty"), (b"GIF89a", "not_pdf"), (b"PK\x03\x04" * 500 + b"%PDF-1.7", "not_pdf"), (b"%PDF-", "truncated"),
        (small_pdf("見本")[:-30], "truncated"), (small_pdf("見本")[:200], "truncated"),
        (pdf(b"4 0 obj\n<< /Length 9 >>\nstream\nabc"), "truncated"), (HEADER + ENDING, "empty"),
        (HEADER + b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj" + ENDING, "empty"),
        (written(page=False), "empty"), (written(locked="secret"), "encrypted"), (written(locked=""), "encrypted"),
        (pdf(b"trailer\n<< /Encrypt 5 0 R >>"), "encrypted"), (pdf(b"trailer\n<< /#45ncrypt 5 0 R >>"), "encrypted"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken(raw: bytes, fault: str) -> None:
    assert look(raw).fault == fault


@pytest.mark.clause("C-IN-1")
@pytest.mark.parametrize(
    "raw",
    [
        small_pdf("見本"), written(), written(keywords="scan"), b"\xef\xbb\xbf\r\n" + small_pdf("a mark before it"),
        small_pdf("a scanner's filling") + b"\x00" * 5_000, pdf(b"(a text that says /Type /Pages)"),
        pdf(b"4 0 obj\n<< /Length 9 >>\nstream\nBT /Encrypt /JS /AA ET\nendstream"),
        HEADER + kept(zlib.compress(b"1 0 << /Type /Page >>")) + ENDING,
        HEADER + kept(b"1 0 << /#54ype/P#61ge >>", b"") + ENDING,
        pdf(b"<< /OpenAction [3 0 R /XYZ null null 0] >>"),
    ],
)  # fmt: skip
def test_what_is_taken_without_a_remark(raw: bytes) -> None:
    seen = look(raw)
    assert (seen.fault, seen.flags, seen.forms) == (None, (), ())


@pytest.mark.clause("C-IN-1")
@pytest.mark.parametrize(
    ("raw", "flag"),
    [
        (written(script="app.alert(1)"), "javascript"), (pdf(b"<< /S /J#61vaScript >>"), "javascript"),
        (pdf(b"<< /#4a#53 (x) >>"), "javascript"), (pdf(b"<< /S/Launch/F(x) >>"), "launch"),
        (pdf(b"<< /OpenAction << /S /URI >> >>"), "open_action"), (pdf(b"<< /OpenAction 5 0 R >>"), "open_action"),
        (pdf(b"<< /AA << /O 4 0 R >> >>"), "additional_action"), (written(attached=b"x"), "embedded_file"),
        (pdf(b"<< /Subtype /RichMedia >>"), "rich_media"), (written(xfa=True), "xfa"),
        (pdf(kept(zlib.compress(b"5 0 << /JS (x) >>"))), "javascript"),
        (pdf(kept(b"5 0 << /AA 6 0 R>>", b"")), "additional_action"),
        (pdf(b"4 0 obj\n<< >>\nstream\n/JavaScript\nendstream"), "javascript"),
    ],
)  # fmt: skip
def test_what_is_active_is_flagged(raw: bytes, flag: str) -> None:
    seen = look(raw)
    assert seen.fault is None
    assert flag in seen.flags


@pytest.mark.clause("C-IN-1")
@pytest.mark.parametrize(
    "raw",
    [
        HEADER + kept(zlib.compress(bytes(INFLATED_MOST + 1))) + ENDING,
        HEADER + kept(zlib.compress(b"5 0 << /JS (x) >>")[:-3]) + ENDING, HEADER + kept(b"no deflate") + ENDING,
        HEADER + kept(b"ff", b"/Filter /ASCIIHexDecode") + ENDING,
        HEADER + kept(b"ff", b"/Filter [/FlateDecode /ASCIIHexDecode]") + ENDING,
        HEADER + kept(zlib.compress(b"x"), b"/Filter /FlateDecode /DecodeParms << /Predictor 12 >>") + ENDING,
        HEADER + b"1 0 obj\n<<>>stream\n\nendstream\n" * (STREAMS_MOST + 1) + ENDING,
    ],
)  # fmt: skip
def test_what_cannot_be_seen_through_is_said_so_and_never_called_empty(raw: bytes) -> None:
    assert look(raw).flags == ("unread",)
    assert look(raw).fault is None


@pytest.mark.clause("C-IN-1")
@pytest.mark.parametrize(
    ("raw", "forms"),
    [
        (small_pdf("a", keywords=MARKED), ("support/2025/consent",)),
        (written(keywords=MARKED), ("support/2025/consent",)),
        (written(keywords=f"同意書, {MARKED}"), ("support/2025/consent",)),
        (pdf(b"<< /Keywords <feff%s> >>" % MARKED.encode("utf-16-be").hex().encode()), ("support/2025/consent",)),
        (pdf(b"<< /Keywords <%s> >>" % MARKED.encode().hex().encode()), ("support/2025/consent",)),
        (pdf(b"<< /Keywords (\xfe\xff%s) >>" % MARKED.encode("utf-16-be")), ("support/2025/consent",)),
        (pdf(kept(zlib.compress(b"5 0 << /Keywords (%s) >>" % MARKED.encode()))), ("support/2025/consent",)),
        (small_pdf("a", keywords="madoguchi-form:<script>"), ("",)), (small_pdf("a", keywords=f"{MARKED}2"), ("",)),
        (small_pdf("a", keywords="form:support/2025/consent"), ()), (pdf(b"<< /Keywords <6d6> >>"), ()),
    ],
)  # fmt: skip
def test_a_form_says_which_it_is(raw: bytes, forms: tuple[str, ...]) -> None:
    assert look(raw).forms == forms


def test_a_typesetters_pdf_is_seen_as_a_reader_sees_it() -> None:
    assert len(PdfReader(io.BytesIO(typesetters())).pages) >= 1
    assert look(typesetters()).fault is None


def test_the_pdfs_of_rehearsals_are_what_a_strict_reader_takes_and_always_the_same() -> None:
    raw = small_pdf("同意書", keywords=MARKED)
    read = PdfReader(io.BytesIO(raw), strict=True)
    assert (len(read.pages), read.metadata) == (1, {"/Title": "同意書", "/Keywords": MARKED})
    assert raw == small_pdf("同意書", keywords=MARKED)
    assert raw != small_pdf("別の同意書", keywords=MARKED)


PIECES = (
    b"%PDF-1.4\n", b"%%EOF", b"<<", b">>", b">> stream\n", b"endstream", b" obj", b"/Type", b"/Page ", b"/ObjStm",
    b"/Filter/FlateDecode", b"/Encrypt ", b"/JS", b"/J#61vaScript ", b"/OpenAction [", b"(", b")", b"%", b"\n", b"/#",
    b"/Keywords <", b"madoguchi-form:", "madoguchi-form:".encode("utf-16-be"), b"/Keywords (\xfe\xff", b"\x00",
)  # fmt: skip
WHOLE = (small_pdf("見本", keywords=MARKED), written(script="x"), written(locked="x"), written(attached=b"x"))


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.binary(max_size=2_000), st.lists(st.sampled_from(PIECES), max_size=60).map(b"".join)))
@example(b"%PDF-%%EOF")
def test_whatever_bytes_come_are_looked_at(raw: bytes) -> None:
    for each in (raw, HEADER + raw + ENDING):
        seen = look(each)
        assert seen.fault in {None, "not_pdf", "truncated", "encrypted", "empty"}
        assert seen.fault is None or (seen.flags, seen.forms) == ((), ())


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(range(len(WHOLE) + 1)),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.one_of(st.binary(max_size=8), st.sampled_from(PIECES)))),
    st.floats(0, 1),
)
def test_real_files_damaged_are_looked_at(which: int, changes: list[tuple[float, bytes]], left: float) -> None:
    raw = bytearray([*WHOLE, typesetters()][which])
    for place, new in changes:
        at = int(place * len(raw))
        raw[at : at + len(new)] = new
    look(bytes(raw))
    cut = bytes(raw[: int(left * len(raw))])
    seen = look(cut)
    if seen.fault is None and not changes:  # what is taken, a reader finds a page in
        assert _pages(cut) > 0


def _pages(raw: bytes) -> int:
    try:
        return len(PdfReader(io.BytesIO(raw)).pages)
    except PyPdfError:
        return 0


def full(unit: bytes) -> bytes:
    """Ten megabytes of the same."""
    most = 10 << 20
    return HEADER + unit * (most // len(unit)) + ENDING


HOSTILE: dict[str, bytes] = {
    "noise": os.urandom(1 << 20), "slashes": b"/", "types": b"/Type /Type ", "closing": b">>", "blanks": b">>    ",
    "streams": b">>stream\nendstream ", "object streams": b"obj<</Type/ObjStm>>stream\nendstream ", "scripts": b"/JS",
    "actions": b"/OpenAction [", "marks": b"madoguchi-form:", "hex": b"/Keywords <" + b"0" * 1_990,
    "open": b"/Keywords <0",
    "escapes": b"/#4",
    "keywords": b"/Keywords (\\051", "half names": b"/J#61vaScrip", "objects": b"obj",
    "filters": b"/Filter /FlateDecode /X",
    "filter lists": b"/Filter [ [ ", "parentheses": b"(", "wide": b"\x00m", "endings": b"endstream",
    "bombs": b"1 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\n" + zlib.compress(bytes(1 << 20)) + b"\nendstream ",
}  # fmt: skip


@pytest.mark.clause("C-IN-1")
@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_nothing_makes_it_slow(unit: bytes) -> None:
    raw = full(unit)
    begun = time.process_time()
    look(raw)
    assert time.process_time() - begun < SECONDS
