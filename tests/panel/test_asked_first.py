"""What cannot be had back by one press is asked about first."""

from django.test import Client
from django.urls import reverse

from centralka.panel.urls import urlpatterns

SIGNS_IN_AGAIN = "whoever is signed out signs in again"
ONE_PRESS = {
    "logout": SIGNS_IN_AGAIN,
    "session_end": SIGNS_IN_AGAIN,
    "sessions_end": SIGNS_IN_AGAIN,
    "person_sign_out": SIGNS_IN_AGAIN,
    "person_second_factor": "the page of this press is its question: it tells what is forgotten",
    "passkey_begin": "begins something",
    "login_passkey": "begins a session",
    "company_switch": "looks at another company",
    "password_generated": "fills a field in",
    "password_check": "looks at what is typed",
    "account_preview": "draws what is typed",
    "new_account_preview": "draws what is typed",
    "sms_estimate": "counts what is typed",
    "greeting_upload": "a file was chosen before",
    "test_mail": "sends a test",
    "webhook_try": "sends a test",
    "status_mail_now": "does at once what is done later",
    "status_take_calls": "begins something again",
    "message_heard": "the next press takes it back",
    "number_target": "the same list holds what was chosen before",
    "person_role": "the same list holds what was chosen before",
    "person_account": "the same field takes what was there before",
    "stock_give": "takes nothing from anybody",
    "phone_key": "begins a phone in a page",
    "phone_close": "the page begins another one",
    "company_unblock": "the page beside it blocks again",
    "block_lift": "the edge blocks again whoever goes on",
    "fraud_lift": "the rule goes on, and stops again",
    "fraud_lift_any": "the rule goes on, and stops again",
    "country_allow": "the press beside it takes it back",
    "country_forget": "the list below it allows it again",
    "sent_fax_cancel": "the press in its place sends the fax again",
}
"""Each page that shows nothing and only takes a press, and why that press need not be asked about."""


def test_whatever_takes_one_press_destroys_nothing(client: Client, db: None) -> None:
    """A removal that is not asked about is missing in the table; what asks has a page that shows the question."""
    found = set()
    for pattern in urlpatterns:
        url = reverse(pattern.name or "", kwargs=dict.fromkeys(pattern.pattern.converters, 1))
        if client.get(url).status_code == 405:
            found.add(pattern.name)
    assert found == set(ONE_PRESS)
