"""Broken variants, by name: each changes the assembled system in one place, and the judge must notice."""

from __future__ import annotations

from tests.simulation.course import Variant

VARIANTS: dict[str, Variant] = {}
