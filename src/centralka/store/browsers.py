"""Whether somebody may call in a browser, as the switchboard needs it."""

from .statements import rows_of

_MAY_CALL = """
SELECT 1 FROM panel_session
JOIN django_session ON django_session.session_key = panel_session.session_key
JOIN membership ON membership.person_id = panel_session.person_id
WHERE membership.sip_account_id IS NOT NULL LIMIT 1
"""


def somebody_may_call_in_browser() -> bool:
    """Tell whether somebody is signed in to the panel who has an account for calls in the browser.

    It is so before the page of the phone can be opened, and until the session is tidied up.
    """
    return bool(rows_of(_MAY_CALL))
