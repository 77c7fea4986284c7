"""Placement (配置): who goes where, by the published rule, and what becomes of secondments and supports."""
