"""Choosing from a list that is too long to be drawn: what is typed is sought, and the field holds words for people.

Without scripts the same field takes an extension, a number or a name, and the server finds what it means.
"""
