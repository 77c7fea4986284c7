"""Who asks for a change, why, and which version of the case was seen (G-6)."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.sealing import Confidential
from kernel.vault import Vault
from services.intake.app.sealed import sealer_of


@dataclass(frozen=True)
class Said:
    """An officer's word; ``by`` is ``applicant`` where the applicant acts. None for ``seen_version``: not checked."""

    by: str
    reason: str | None = None
    seen_version: int | None = None

    async def grounds(self, vault: Vault, subject: str) -> Confidential:
        """The reason, sealed with the subject's key."""
        return (await sealer_of(vault, subject)).confidential("reason", self.reason or "")


APPLICANT = Said("applicant")
