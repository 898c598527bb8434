"""The part of the guide that is about each page."""

_OF_PAGE = {
    "account_add": "account-add",
    "account_change": "account-change",
    "account_delete": "account-delete",
}
_OF_GROUP = {
    "konta-sip": "accounts",
    "numery": "numbers",
    "numery-zewnetrzne": "external-numbers",
    "polaczenia": "calls",
    "co-sie-stanie": "explain",
    "wiadomosci": "messages",
    "faksy": "faxes",
    "sms": "sms",
    "finanse": "finance",
    "osoby": "people",
    "adres-e-mail": "people",
    "sesje": "sessions",
    "drugi-skladnik": "second-factor",
    "telefon": "browser-phone",
    "tokeny": "api",
    "zmiany": "audit",
    "dziennik": "audit",
    "ustawienia": "settings",
    "stan": "status",
    "firmy": "companies",
    "zasob-numerow": "stock",
    "lacza": "trunks",
    "bramki-sms": "sms-gateways",
    "blokady": "blocks",
    "naduzycia": "fraud",
    "cenniki": "price-lists",
    "instalacja": "installation",
}
START = "start"
TOPICS = {*_OF_PAGE.values(), *_OF_GROUP.values(), START}


def topic_of(page: str, group: str) -> str:
    """Return the anchor for a page. `page`: the name of its address; `group`: the first part of it."""
    return _OF_PAGE.get(page) or _OF_GROUP.get(group, START)
