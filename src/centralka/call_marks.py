"""Names of a call in logs beside its id: one rule for the edge and for the engine, whose mark the switchboard notes.

Whoever sends a Call-ID chooses it: of its first 200 characters only harmless signs are left, and not the host, which
can be a phone's address. `centralka call-log` finds the edge's lines by it, so both have to come to the same.
"""

_LONGEST = 200
_HARMLESS = "0-9A-Za-z.:_~"

OF_EDGE = f"$(ci{{s.select,0,@}}{{s.substr,0,{_LONGEST}}}{{re.subst,/[^{_HARMLESS}-]//g}})"
"""As Kamailio writes it: transformations of a pseudo-variable."""

OF_ENGINE = rf"${{CHANNEL(callid)}},${{FILTER({_HARMLESS}@\x2d,${{CHANNEL(pjsip,call-id):0:{_LONGEST}}})}}"
"""As Asterisk's dialplan writes the engine's own mark of the call, and the Call-ID with which it came. The switchboard
cuts its host off (`switch/wire/agi.py`). A line break would begin an AGI header."""
