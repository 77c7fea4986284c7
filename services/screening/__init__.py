"""Screening (審査): judges every application of both programmes by rule, asks officers, and tells the others."""
