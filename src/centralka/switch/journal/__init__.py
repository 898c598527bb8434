"""The journal of what happens to calls, and the records that are kept from it."""
