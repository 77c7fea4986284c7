"""Which event leads to which letter, what the letter is told, and when reminders go out. Pure."""
