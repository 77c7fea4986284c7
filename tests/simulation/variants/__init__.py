"""Broken variants, by name: each changes the assembled system in one place, and the judge must notice.

A variant is a function on the deployment, called before anything of it starts. It adds to ``patches`` what is to be
done to every service that starts; what it changes beyond the deployment it puts back through ``undo``. The product has
no switch for any of them. Its docstring says in one line what is broken.
"""

from __future__ import annotations

from tests.simulation.variants.answers import ANSWERS
from tests.simulation.variants.delivery import DELIVERY
from tests.simulation.variants.following import FOLLOWING
from tests.simulation.variants.letters import LETTERS
from tests.simulation.variants.logs import LOGS
from tests.simulation.variants.money import MONEY
from tests.simulation.variants.patching import Variant
from tests.simulation.variants.places import PLACES
from tests.simulation.variants.privacy import PRIVACY

VARIANTS: dict[str, Variant] = {
    made.__name__.replace("_", "-"): made
    for made in (*LOGS, *DELIVERY, *ANSWERS, *FOLLOWING, *PLACES, *MONEY, *LETTERS, *PRIVACY)
}


def told(variant: Variant) -> str:
    """What is broken in it."""
    return (variant.__doc__ or "").partition("\n")[0]
