"""What a service refuses to start with."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from kernel.settings import Settings


@pytest.mark.parametrize(
    ("prefix", "host"),
    [("madoguchi", "127.0.0.1"), ("rehearsal", "0.0.0.0"), ("rehearsal", "intake.example"), ("rehearsal", "10.0.0.4")],
)
def test_whoever_is_named_is_believed_only_in_a_rehearsal_on_one_machine(prefix: str, host: str) -> None:
    with pytest.raises(ValidationError, match="MADOGUCHI_ACCESS"):
        Settings(access="trusting", prefix=prefix, http_host=host)
    told = Settings(access="tokens", prefix=prefix, http_host=host, metrics_token_file=Path("metrics.token"))
    assert told.access == "tokens"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_a_rehearsal_on_one_machine_may_trust(host: str) -> None:
    assert Settings(access="trusting", prefix="rehearsal-small", http_host=host).access == "trusting"


@pytest.mark.clause("C-SC-15")
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.4", "intake.example", ""])
def test_figures_are_told_beyond_the_machine_only_for_a_token(host: str) -> None:
    with pytest.raises(ValidationError, match="MADOGUCHI_METRICS_TOKEN_FILE"):
        Settings(http_host=host)
    assert Settings(http_host=host, metrics_token_file=Path("metrics.token")).http_host == host
    assert Settings(http_host="127.0.0.1").metrics_token_file is None


def test_tokens_are_wanted_and_nothing_listens_beyond_the_machine_unless_it_is_said() -> None:
    assert (Settings().access, Settings().http_host) == ("tokens", "127.0.0.1")


@pytest.mark.parametrize("kinds", ["officer", "applicant"])
def test_an_issuer_that_is_named_twice_stops_the_start(monkeypatch: pytest.MonkeyPatch, kinds: str) -> None:
    """A token names its issuer alone: the former entry would not count, and nobody would be told."""
    one = '{"issuer": "https://login.example", "audience": "madoguchi", "kinds": ["officer"]}'
    other = one.replace('"officer"', f'"{kinds}"').replace('"madoguchi"', '"another"')
    monkeypatch.setenv("MADOGUCHI_ISSUERS", f"[{one}, {other}]")
    with pytest.raises(ValidationError, match=r"entries 1 and 2(.|\n)*2回"):
        Settings()


def test_issuers_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    said = '[{"issuer": "https://login.example", "audience": "madoguchi", "kinds": ["officer"]}]'
    monkeypatch.setenv("MADOGUCHI_ISSUERS", said)
    (issuer,) = Settings().issuers
    assert (issuer.issuer, issuer.algorithms) == ("https://login.example", ("RS256", "ES256"))
