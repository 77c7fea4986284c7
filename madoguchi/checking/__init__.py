"""Editions looked at before anything opens: a clerk's cases put to the services' own rules, and the cycle's calendar.

Only the pure rooms of the services are used: what is said here is what they decide, for it is they who say it.
"""
