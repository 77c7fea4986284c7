"""No key, token or password is in the repository: what git keeps is looked through with detect-secrets.

Data files are looked through for what has the form of a secret, everything else for texts that look random too.
"""

from __future__ import annotations

import base64
import os
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import transient_settings

from infra.local.issuer.signing import Signer
from infra.local.programs import PROJECT

FORMS = ("AWSKeyDetector", "BasicAuthDetector", "GitHubTokenDetector", "JwtTokenDetector", "PrivateKeyDetector")
RANDOM = (
    {"name": "KeywordDetector"},
    {"name": "Base64HighEntropyString", "limit": 4.5},
    {"name": "HexHighEntropyString", "limit": 3.0},
)
DATA = (".json", ".lock", ".txt", ".typ")
BYTES = (".ttf", ".png")
NO_SECRETS = {
    ("tests/intake/test_histories.py", "Hex High Entropy String"): "digest of a history",
    ("tests/screening/test_histories.py", "Hex High Entropy String"): "digests of histories",
    **{
        (f"infra/kubernetes/{name}.yaml", "Secret Keyword"): "the name of a Secret that is made by hand"
        for name in ("intake", "screening", "placement", "billing", "notify", "mongo", "rights")
    },
    ("tests/infra/test_deployments.py", "Secret Keyword"): "the same name",
    ("tests/access/test_rights.py", "Secret Keyword"): "a password that must not let anybody in",
}
"""What looks like a secret and is none: where, and what it is."""


def found(root: Path, paths: list[str]) -> Counter[tuple[str, str]]:
    """How many of each kind are in which file."""
    counted: Counter[tuple[str, str]] = Counter()
    for data in (False, True):
        plugins: list[dict[str, object]] = [{"name": name} for name in FORMS]
        plugins += [] if data else [dict(each) for each in RANDOM]
        with transient_settings({"plugins_used": plugins}):
            seen = SecretsCollection(root=str(root))
            for path in paths:
                if path.endswith(DATA) == data and not path.endswith(BYTES):
                    seen.scan_file(path)
            counted.update((path, secret.type) for path, secret in seen)
    return counted


def kept() -> list[str]:
    """Every file that git keeps, and every new one that it does not ignore."""
    asked = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    listed = subprocess.run(asked, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    return [path for path in listed.split("\0") if path and (PROJECT / path).is_file()]


@pytest.mark.timeout(300)
def test_the_repository_holds_no_secret() -> None:
    paths = kept()
    assert len(paths) > 500
    assert found(PROJECT, paths).keys() == NO_SECRETS.keys()


def pem() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    whole = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*whole).decode()


SECRETS = {
    "a private key": ("notes.md", pem),
    "a token": ("notes.json", lambda: f'{{"x": "{Signer("https://i.example", "m").token("a", {})}"}}'),
    "a random text": ("settings.py", lambda: f'KEY = "{base64.b64encode(os.urandom(40)).decode()}"'),
    "a password in an address": ("settings.py", lambda: f'URL = "mongodb://admin:{os.urandom(9).hex()}@db.example/"'),
    "a password by its name": ("compose.yaml", lambda: f"MONGO_PASSWORD: {os.urandom(9).hex()}"),
}


@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_would_be_noticed(kind: str, tmp_path: Path) -> None:
    name, made = SECRETS[kind]
    (tmp_path / name).write_text(made() + "\n")
    assert found(tmp_path, [name])


def test_what_is_made_at_run_time_is_ignored_by_git() -> None:
    for path in (".madoguchi/client.json", ".madoguchi/run/master.key", "infra/compose/master.key"):
        asked = subprocess.run(("git", "check-ignore", "-q", path), cwd=PROJECT, check=False)
        assert asked.returncode == 0, path
