"""Mailboxes of this engine: its folders of recordings, and the database that follows them."""
