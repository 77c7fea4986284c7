"""The rulebook's parameters as data: one edition (版) per programme and fiscal year, and calendars."""
