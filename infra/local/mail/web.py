"""The mailbox over HTTP: a page for people at `/`, JSON for programs under `/messages`."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, HTTPException
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, select_autoescape

from infra.local.mail.letters import Letter
from infra.local.mail.mailbox import Envelope, Mailbox

PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape(default=True))


def mailbox_app(mailbox: Mailbox) -> FastAPI:
    """The application that shows this mailbox."""
    app = FastAPI(title="Mailbox", docs_url=None, redoc_url=None)

    @app.get("/", response_class=HTMLResponse)
    def page(to: str = "", subject: str = "") -> str:
        mails = list(mailbox.newest_first(to, subject))
        return PAGES.get_template("page.html.j2").render(mails=mails, to=to, subject=subject)

    @app.get("/messages")
    def messages(to: str = "", subject: str = "") -> list[dict[str, Any]]:
        return [_shown(*each) for each in mailbox.newest_first(to, subject)]

    @app.get("/messages/{number}")
    def message(number: str) -> dict[str, Any]:
        return _shown(_found(mailbox, number), mailbox.letter(number))

    @app.get("/messages/{number}/raw")
    def raw(number: str) -> Response:
        _found(mailbox, number)
        return Response(mailbox.raw(number), media_type="message/rfc822")

    @app.get("/messages/{number}/attachments/{place}")
    def attachment(number: str, place: int) -> Response:
        _found(mailbox, number)
        files = mailbox.letter(number).attachments
        if not 1 <= place <= len(files):
            raise HTTPException(404, "そのような添付はありません。 There is no such attachment.")
        file = files[place - 1]
        saved_as = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}"}
        return Response(file.content, media_type=file.media_type, headers=saved_as)

    @app.get("/health/ready")
    def ready() -> dict[str, str]:
        return {"status": "ready"}

    return app


def _found(mailbox: Mailbox, number: str) -> Envelope:
    envelope = mailbox.envelope(number)
    if envelope is None:
        raise HTTPException(404, "そのようなメールはありません。 There is no such mail.")
    return envelope


def _shown(envelope: Envelope, letter: Letter) -> dict[str, Any]:
    return {
        "id": envelope.id,
        "message_id": letter.message_id,
        "deliveries": envelope.deliveries,
        "received": envelope.first_received,
        "recipients": list(envelope.recipients),
        "from": letter.sender,
        "to": letter.to,
        "date": letter.date,
        "subject": letter.subject,
        "body": letter.body,
        "attachments": [
            {
                "name": file.name,
                "media_type": file.media_type,
                "size": len(file.content),
                "href": f"/messages/{envelope.id}/attachments/{place}",
            }
            for place, file in enumerate(letter.attachments, start=1)
        ],
    }
