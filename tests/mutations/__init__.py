"""Proof that the tests of a clause bite: the rule is taken out, and one of them must go red."""
