"""The mail catcher's process: `python -m infra.local.mail --smtp PORT --http PORT --folder FOLDER`."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session

from infra.local.mail.mailbox import Mailbox
from infra.local.mail.refusals import Refusals, refusals_api
from infra.local.mail.web import mailbox_app
from infra.local.ports import HOST


class Catcher:
    """What aiosmtpd calls for each mail; it answers 250 only when the mail is on disk."""

    def __init__(self, mailbox: Mailbox, refusals: Refusals) -> None:
        self._mailbox, self._refusals = mailbox, refusals

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refused = self._refusals.answer(address)
        if refused is None:
            envelope.rcpt_tos.append(address)
        return refused or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        raw = envelope.original_content or b""
        try:
            kept = self._mailbox.deliver(raw, list(envelope.rcpt_tos))
        except OSError as error:
            return f"452 The mail could not be kept: {error.strerror}"
        return f"250 Kept as {kept.id}"


async def serve(host: str, smtp_port: int, http_port: int, folder: Path) -> None:
    """Serve both until the process is asked to stop."""
    mailbox, refusals = Mailbox(folder), Refusals()
    catcher = Catcher(mailbox, refusals)
    smtp = await asyncio.get_running_loop().create_server(
        lambda: SMTP(catcher, enable_SMTPUTF8=True, ident="madoguchi"), host, smtp_port
    )
    app = mailbox_app(mailbox)
    app.include_router(refusals_api(refusals))
    config = uvicorn.Config(app, host=host, port=http_port, log_level="warning", lifespan="off")
    async with smtp:
        await uvicorn.Server(config).serve()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.mail")
    parser.add_argument("--host", default=HOST)
    parser.add_argument("--smtp", type=int, required=True)
    parser.add_argument("--http", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    said = parser.parse_args()
    asyncio.run(serve(said.host, said.smtp, said.http, said.folder))


if __name__ == "__main__":
    main()
