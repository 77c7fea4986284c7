"""A mail catcher: takes every mail by SMTP, keeps it on disk, and shows the mailbox by HTTP."""
