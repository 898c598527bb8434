"""Find what is wrong with an installation, each thing in one place: for the operator's page, mails and `check`.

A probe reads, and changes nothing. What it finds is put into words by `actions.status_words`.
"""
