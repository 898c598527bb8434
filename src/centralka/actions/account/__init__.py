"""SIP accounts: one file for each block of the form, and what is done with the whole account."""
