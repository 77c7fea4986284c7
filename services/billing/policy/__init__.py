"""Decisions on money: what is owed, what a line says, what an invoice adds up to. Pure; each step names its clause."""
