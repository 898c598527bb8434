"""Gateways over SMPP 3.4: what goes over the line, a connection, and the connections that the worker keeps.

What we write is written by aiosmpplib. Its client and its reader are not used: they read no receipt without a text, end
the connection on a status or a date that they do not know, and hold parts of messages that came in only in memory
(decision 0043).
"""
