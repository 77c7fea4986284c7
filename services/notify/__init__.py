"""Notify (通知): every letter goes out once, is kept with its text, and is tried again if it fails."""
