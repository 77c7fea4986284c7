"""`python -m infra.local.issuer --port PORT --client FILE`, on the loopback address alone."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import uvicorn

from infra.local.issuer.client import AUDIENCE, read
from infra.local.issuer.signing import Signer
from infra.local.issuer.web import application
from infra.local.ports import HOST


def main() -> int:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.issuer")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--client", type=Path, required=True)
    said = parser.parse_args()
    client = read(said.client)
    web = application(Signer(client["issuer"], AUDIENCE), client["client_id"], client["client_secret"])
    uvicorn.run(web, host=HOST, port=said.port, log_level="warning", access_log=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
