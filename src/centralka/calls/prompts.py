"""The prompts that the switch itself speaks. A value is the name of a sound file, the same in every language."""

from enum import StrEnum


class Prompt(StrEnum):
    """Prompts that a caller hears instead of a call, or before one. The texts: `prompts/pl.tsv` and
    `prompts/en.tsv`."""

    # What was dialled
    NO_SUCH_NUMBER = "no-such-number"
    """No such extension or number here (404)."""
    NOT_A_NUMBER = "not-a-number"
    """Too short, too long or no number at all (484)."""

    NUMBER_OUT_OF_SERVICE = "number-out-of-service"
    """The number is the company's, which is blocked."""

    # What became of the call
    NUMBER_UNALLOCATED = "number-unallocated"
    """The carrier says that there is no such number."""
    NUMBER_BUSY = "number-busy"
    NO_ANSWER = "number-no-answer"
    NO_TRUNK = "no-trunk"
    """No trunk works now."""

    # What this phone may not do
    NATIONAL_ONLY = "national-only"
    EEA_ONLY = "eea-only"
    COUNTRY_NOT_PERMITTED = "country-not-permitted"
    PREMIUM_NOT_PERMITTED = "premium-not-permitted"
    """Premium-rate and special numbers, satellite phones."""
    CALLER_ID_NOT_OWNED = "caller-id-not-owned"
    NO_OUTGOING_NUMBER = "no-outgoing-number"

    COMPANY_BLOCKED = "company-blocked"
    """By the operator, for all calls but those to emergency numbers."""
    FRAUD_SUSPECTED = "fraud-suspected"
    """A rule against fraud refuses the call."""

    # Money
    PRICE_UNKNOWN = "price-unknown"
    DESTINATION_BARRED = "destination-barred"
    """The price list has the destination only to refuse it."""
    RATE_TOO_HIGH = "rate-too-high"
    PRICE_PER_MINUTE = "price-per-minute"
    """Before an amount."""
    PRICE_OF_FIRST_MINUTE = "price-of-first-minute"
    """Before an amount that has a connection fee or a long first increment in it."""
    CREDIT_TOO_LOW = "credit-too-low"

    # The PIN before a call
    ENTER_PIN = "enter-pin"
    WRONG_PIN = "wrong-pin"
    WRONG_PIN_GOODBYE = "wrong-pin-goodbye"
    """After the last try."""

    # The mailbox, to callers: what is put together from several files is in `mailbox_speech`
    MAILBOX_FULL = "vm-mailboxfull"
    CANNOT_RECORD = "mailbox/cannot-record"
    """The mailbox is there, but nothing can be written down now."""

    # The mailbox, to its owner
    NO_MAILBOX = "mailbox/none"
    MAILBOX_PIN = "mailbox/pin"
    MAILBOX_MENU = "mailbox/menu"
    """1 listens, 0 records the greeting, * ends."""
    NO_MESSAGES = "mailbox/no-messages"
    NO_MORE_MESSAGES = "vm-nomore"
    MESSAGE_DELETED = "vm-deleted"
    NO_SUCH_CHOICE = "vm-sorry"
    RECORD_GREETING = "mailbox/record-greeting"
    """After the tone; # ends the recording."""
    GREETING_REVIEW = "mailbox/review-greeting"
    """1 saves, 2 plays it, 3 records again, * cancels."""
    GREETING_SAVED = "mailbox/greeting-saved"
    GREETING_KEPT = "mailbox/greeting-kept"
    """Cancelled: the greeting is what it was before."""
    GREETING_TOO_SHORT = "vm-tooshort"
    GOODBYE = "goodbye"

    WARNING_TONE = "warning-tone"
    """No speech: the money is used up in a moment. Played by the dialplan (`asterisk/extensions.conf`)."""
