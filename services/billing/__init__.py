"""Billing (請求): what secondments and visits cost, invoices without a gap in their numbers, payments."""
