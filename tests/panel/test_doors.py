"""Who may open which page: every page of the panel, by everybody. A page that is not in the table fails the test."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.http.response import HttpResponseBase
from django.test import Client, override_settings
from django.urls import URLPattern, reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from centralka.actions.account.devices import add_device, add_phone
from centralka.actions.account.setup_links import token_of
from centralka.actions.tenants.blocks import block
from centralka.actions.tokens import make_token
from centralka.panel.urls import urlpatterns
from centralka.store.models import CallRecord, ExternalNumber, Number, Person, Role, Tenant
from tests import cast
from tests.operators import fraud_stop, known_country, operators_things, setup_link, text_messages
from tests.panel.mailboxes import a_greeting, a_message

from .conftest import SignIn

WHO = ("anonymous", "reader", "manager", "owner", "stranger", "operator", "homeless", "newcomer")
"""`stranger`: another company's owner, at Alicja's things. `homeless`: in no company. `newcomer`: an owner who
still has a first password that somebody else chose."""

LOGIN, PASSWORD = "→/logowanie", "→/haslo"
ENDED, GOES_ON = "401", "204"
OPEN, NO, MISSING, GO, WRONG_METHOD = "200", "403", "404", "302", "405"
Expected = tuple[str, ...]

OWN = {
    "passkey_add",
    "passkey_begin",
    "passkey_remove",
    "passkey_rename",
    "login_passkey",
    "login_code",
    "second_factor",
    "second_factor_app",
    "second_factor_app_remove",
    "recovery_codes",
    "password_forgotten",
    "password_new",
    "email_change",
    "email_new",
    "sessions",
    "session_end",
    "sessions_end",
    "home",
    "login",
    "logout",
    "set_language",
    "company_switch",
    "password_change",
    "set_up_phone",
}
"""Everybody's own, in whatever company they are. `set_up_phone` is of whoever has the link."""

# fmt: off
PAGES: dict[tuple[str, str], Expected] = {
    #                              anonymous  reader  manager  owner  stranger  operator  homeless  newcomer
    ("GET", "home"):               (LOGIN,    GO,     GO,      GO,    GO,       GO,       NO,       GO),
    ("GET", "login"):              (OPEN,     GO,     GO,      GO,    GO,       GO,       GO,       GO),
    ("POST", "logout"):            (LOGIN,    LOGIN,  LOGIN,   LOGIN, LOGIN,    LOGIN,    LOGIN,    LOGIN),
    ("GET", "session"):            (ENDED,    GOES_ON, GOES_ON, GOES_ON, GOES_ON, GOES_ON, GOES_ON, GOES_ON),
    ("GET", "password_forgotten"): (MISSING,  MISSING, MISSING, MISSING, MISSING, MISSING, MISSING, MISSING),
    ("GET", "password_new"):       (MISSING,  MISSING, MISSING, MISSING, MISSING, MISSING, MISSING, MISSING),
    ("GET", "email_change"):       (LOGIN,    OPEN,   OPEN,    OPEN,  OPEN,     OPEN,     OPEN,     OPEN),
    ("POST", "email_change"):      (LOGIN,    OPEN,   OPEN,    OPEN,  OPEN,     OPEN,     OPEN,     OPEN),
    ("GET", "email_new"):          (MISSING,  MISSING, MISSING, MISSING, MISSING, MISSING, MISSING, MISSING),
    ("GET", "person_email"):       (LOGIN,    NO,     NO,      OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "person_email"):      (LOGIN,    NO,     NO,      OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "owner_email"):        (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "owner_email"):       (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "login_code"):         (LOGIN,    LOGIN,  LOGIN,   LOGIN, LOGIN,    LOGIN,    LOGIN,    LOGIN),
    ("POST", "login_code"):        (LOGIN,    LOGIN,  LOGIN,   LOGIN, LOGIN,    LOGIN,    LOGIN,    LOGIN),
    ("GET", "second_factor"):      (LOGIN,    OPEN,   OPEN,    OPEN,  OPEN,     OPEN,     OPEN,     OPEN),
    ("GET", "second_factor_app"):  (LOGIN,    OPEN,   OPEN,    OPEN,  OPEN,     OPEN,     OPEN,     OPEN),
    ("GET", "second_factor_app_remove"): (LOGIN, OPEN, OPEN,   OPEN,  OPEN,     OPEN,     OPEN,     OPEN),
    ("GET", "recovery_codes"):     (LOGIN,    GO,     GO,      GO,    GO,       GO,       GO,       GO),
    ("POST", "person_second_factor"): (LOGIN, NO,     NO,      GO,    MISSING,  NO,       NO,       PASSWORD),
    ("GET", "passkey_add"):        (LOGIN,    OPEN,   OPEN,    OPEN,  OPEN,     OPEN,     OPEN,     OPEN),
    ("POST", "passkey_begin"):     (LOGIN,    OPEN,   OPEN,    OPEN,  OPEN,     OPEN,     OPEN,     OPEN),
    ("GET", "passkey_remove"):     (LOGIN,    MISSING, MISSING, MISSING, MISSING, MISSING, MISSING, MISSING),
    ("GET", "passkey_rename"):     (LOGIN,    MISSING, MISSING, MISSING, MISSING, MISSING, MISSING, MISSING),
    ("POST", "login_passkey"):     (ENDED,    ENDED,  ENDED,   ENDED, ENDED,    ENDED,    ENDED,    ENDED),
    ("GET", "sessions"):           (LOGIN,    OPEN,   OPEN,    OPEN,  OPEN,     OPEN,     OPEN,     OPEN),
    ("POST", "session_end"):       (LOGIN,    GO,     GO,      GO,    GO,       GO,       GO,       GO),
    ("POST", "sessions_end"):      (LOGIN,    GO,     GO,      GO,    GO,       GO,       GO,       GO),
    ("POST", "person_sign_out"):   (LOGIN,    NO,     NO,      GO,    MISSING,  NO,       NO,       PASSWORD),
    ("GET", "password_change"):    (LOGIN,    OPEN,   OPEN,    OPEN,  OPEN,     OPEN,     OPEN,     OPEN),
    ("POST", "company_switch"):    (LOGIN,    MISSING, MISSING, MISSING, MISSING, NO,     NO,       PASSWORD),
    ("POST", "set_language"):      (GO,       GO,     GO,      GO,    GO,       GO,       GO,       GO),
    ("GET", "guide"):              (LOGIN,    OPEN,   OPEN,    OPEN,  OPEN,     OPEN,     OPEN,     OPEN),
    ("GET", "accounts"):           (LOGIN,    OPEN,   OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "account_states"):     (LOGIN,    OPEN,   OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "account"):            (LOGIN,    OPEN,   OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "connect_phone"):      (LOGIN,    OPEN,   OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "connect_device"):     (LOGIN,    OPEN,   OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "device_add"):         (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "device_add"):        (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "device_issue_again"): (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "device_issue_again"): (LOGIN,   NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "setup_mail"):         (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "setup_mail"):        (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "set_up_phone"):       (OPEN,     OPEN,   OPEN,    OPEN,  OPEN,     OPEN,     OPEN,     OPEN),
    ("POST", "set_up_phone"):      (OPEN,     OPEN,   OPEN,    OPEN,  OPEN,     OPEN,     OPEN,     OPEN),
    ("GET", "device_sign_out"):    (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "device_sign_out"):   (LOGIN,    NO,     GO,      GO,    MISSING,  NO,       NO,       PASSWORD),
    ("GET", "account_add"):        (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "account_add"):       (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "password_generated"): (LOGIN,   NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "password_check"):    (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "account_change"):     (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "account_change"):    (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "account_delete"):     (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "account_delete"):    (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "greeting_upload"):   (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "greeting_audio"):     (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "greeting_remove"):    (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "greeting_remove"):   (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "test_mail"):         (LOGIN,    NO,     GO,      GO,    MISSING,  NO,       NO,       PASSWORD),
    ("GET", "external_numbers"):   (LOGIN,    OPEN,   OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "picker"):             (LOGIN,    OPEN,   OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "external_number_add"): (LOGIN,   NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "external_number_add"): (LOGIN,  NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "external_number_delete"): (LOGIN, NO,    OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "external_number_delete"): (LOGIN, NO,   OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "voice_messages"):     (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "unheard_messages"):   (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "message_audio"):      (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "message_heard"):     (LOGIN,    NO,     GO,      GO,    MISSING,  NO,       NO,       PASSWORD),
    ("GET", "message_delete"):     (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "message_delete"):    (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "faxes"):              (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "fax"):                (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "fax_page"):           (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "fax_pdf"):            (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "fax_mail"):          (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "fax_delete"):         (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "fax_delete"):        (LOGIN,    NO,     GO,      GO,    MISSING,  NO,       NO,       PASSWORD),
    ("GET", "sent_faxes"):         (LOGIN, NO, OPEN, OPEN, OPEN, NO, NO, PASSWORD),
    ("GET", "sent_fax"):           (LOGIN, NO, OPEN, OPEN, MISSING, NO, NO, PASSWORD),
    ("GET", "sent_fax_report"):    (LOGIN, NO, OPEN, OPEN, MISSING, NO, NO, PASSWORD),
    ("POST", "sent_fax_cancel"):   (LOGIN, NO, GO, GO, MISSING, NO, NO, PASSWORD),
    ("GET", "fax_new"):            (LOGIN, NO, OPEN, OPEN, OPEN, NO, NO, PASSWORD),
    ("POST", "fax_new"):           (LOGIN, NO, OPEN, OPEN, OPEN, NO, NO, PASSWORD),
    ("GET", "fax_send"):           (LOGIN, NO, OPEN, OPEN, MISSING, NO, NO, PASSWORD),
    ("POST", "fax_send"):          (LOGIN, NO, OPEN, OPEN, MISSING, NO, NO, PASSWORD),
    ("GET", "fax_document_page"):  (LOGIN, NO, OPEN, OPEN, MISSING, NO, NO, PASSWORD),
    ("GET", "fax_account"):        (LOGIN,    OPEN,   OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "fax_account_add"):    (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "fax_account_add"):   (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "fax_account_change"): (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "fax_account_change"): (LOGIN,   NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "fax_account_delete"): (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "fax_account_delete"): (LOGIN,   NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "mails"):              (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "numbers"):            (LOGIN,    OPEN,   OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "number_target"):     (LOGIN,    NO,     GO,      GO,    MISSING,  NO,       NO,       PASSWORD),
    ("GET", "finance"):            (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "ledger_csv"):         (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "call_plan"):          (LOGIN,    OPEN,   OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "new_account_preview"): (LOGIN,  NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "account_preview"):   (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "calls"):              (LOGIN,    OPEN,   OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "call_hang_up"):       (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "call_hang_up"):      (LOGIN,    NO,     GO,      GO,    MISSING,  NO,       NO,       PASSWORD),
    ("POST", "webhook_try"):       (LOGIN,    NO,     GO,      GO,    GO,       NO,       NO,       PASSWORD),
    ("GET", "webhook_secret"):     (LOGIN,    NO,     MISSING, MISSING, MISSING, NO,      NO,       PASSWORD),
    ("POST", "webhook_secret"):    (LOGIN,    NO,     MISSING, MISSING, MISSING, NO,      NO,       PASSWORD),
    ("GET", "talk_settings"):      (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "talk_settings"):     (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "hold_music_audio"):   (LOGIN,    NO,     MISSING, MISSING, MISSING, NO,      NO,       PASSWORD),
    ("GET", "hold_music_remove"):  (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "hold_music_remove"): (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "calls_csv"):          (LOGIN,    OPEN,   OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "call"):               (LOGIN,    OPEN,   OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "changes"):            (LOGIN,    NO,     NO,      OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "changes_csv"):        (LOGIN,    NO,     NO,      OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "all_changes"):        (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "all_changes_csv"):    (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "people"):             (LOGIN,    NO,     NO,      OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "person_add"):         (LOGIN,    NO,     NO,      OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "person_add"):        (LOGIN,    NO,     NO,      OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "person_role"):       (LOGIN,    NO,     NO,      OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "person_account"):    (LOGIN,    NO,     NO,      GO,    MISSING,  NO,       NO,       PASSWORD),
    ("GET", "phone"):              (LOGIN,    OPEN,   OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "phone_key"):         (LOGIN,    MISSING, MISSING, MISSING, MISSING, NO,     NO,       PASSWORD),
    ("POST", "phone_close"):       (LOGIN,    GOES_ON, GOES_ON, GOES_ON, GOES_ON, NO,     NO,       PASSWORD),
    ("GET", "phone_who"):          (LOGIN,    OPEN,   OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "person_password"):    (LOGIN,    NO,     NO,      OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "person_password"):   (LOGIN,    NO,     NO,      OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "person_remove"):      (LOGIN,    NO,     NO,      OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "person_remove"):     (LOGIN,    NO,     NO,      GO,    MISSING,  NO,       NO,       PASSWORD),
    ("GET", "tokens"):             (LOGIN,    NO,     NO,      OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "token_add"):          (LOGIN,    NO,     NO,      OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "token_add"):         (LOGIN,    NO,     NO,      OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "token_change"):       (LOGIN,    NO,     NO,      OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "token_change"):      (LOGIN,    NO,     NO,      OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "token_revoke"):       (LOGIN,    NO,     NO,      OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "token_revoke"):      (LOGIN,    NO,     NO,      GO,    MISSING,  NO,       NO,       PASSWORD),
    ("GET", "company_settings"):   (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "company_settings"):  (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "outside_settings"):   (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "outside_settings"):  (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "companies"):          (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "company_add"):        (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "company_add"):       (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "company"):            (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "company_change"):     (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "company_change"):    (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "company_book"):       (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "company_book"):      (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "company_block"):      (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "company_block"):     (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "company_unblock"):   (LOGIN,    NO,     NO,      NO,    NO,       GO,       NO,       PASSWORD),
    ("GET", "company_export"):     (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "company_delete"):     (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "company_delete"):    (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "owner_password"):     (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "owner_password"):    (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "stock"):              (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "stock_add"):          (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "stock_add"):         (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "stock_give"):        (LOGIN,    NO,     NO,      NO,    NO,       GO,       NO,       PASSWORD),
    ("GET", "stock_number"):       (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "stock_number"):      (LOGIN,    NO,     NO,      NO,    NO,       GO,       NO,       PASSWORD),
    ("GET", "stock_number_delete"):(LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "stock_number_delete"):(LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "trunks"):             (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "trunk_states"):       (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "trunk_add"):          (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "trunk_add"):         (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "trunk_change"):       (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "trunk_change"):      (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "trunk_delete"):       (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "trunk_delete"):      (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "status"):             (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "status_mail_now"):   (LOGIN,    NO,     NO,      NO,    NO,       GO,       NO,       PASSWORD),
    ("POST", "status_take_calls"): (LOGIN,    NO,     NO,      NO,    NO,       GO,       NO,       PASSWORD),
    ("GET", "strangers"):          (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "never_blocked_add"):  (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "never_blocked_add"): (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "block_lift"):        (LOGIN,    NO,     NO,      NO,    NO,       GO,       NO,       PASSWORD),
    ("GET", "never_blocked_remove"): (LOGIN,  NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "never_blocked_remove"): (LOGIN, NO,     NO,      NO,    NO,       GO,       NO,       PASSWORD),
    ("GET", "price_lists"):        (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "price_list_add"):     (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "price_list_add"):    (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "price_list"):         (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "price_list_change"):  (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "price_list_change"): (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "price_list_upload"):  (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "price_list_upload"): (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "price_list_columns"): (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "price_list_columns"): (LOGIN,   NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "price_list_revisions"): (LOGIN,  NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "price_list_download"): (LOGIN,   NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "revision_download"):  (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "revision_bring_back"): (LOGIN,   NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "revision_bring_back"): (LOGIN,  NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "revision_cancel"):    (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "revision_cancel"):   (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "price_change"):       (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "price_change"):      (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "price_list_delete"):  (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "price_list_delete"): (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "fraud_settings"):     (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "fraud_settings"):    (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "fraud_lift"):        (LOGIN,    NO,     GO,      GO,    MISSING,  NO,       NO,       PASSWORD),
    ("POST", "country_allow"):     (LOGIN,    NO,     GO,      GO,    GO,       NO,       NO,       PASSWORD),
    ("POST", "country_forget"):    (LOGIN,    NO,     GO,      GO,    MISSING,  NO,       NO,       PASSWORD),
    ("GET", "account_limits"):     (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "account_limits"):    (LOGIN,    NO,     GO,      GO,    MISSING,  NO,       NO,       PASSWORD),
    ("GET", "fraud_stops"):        (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "fraud_defaults"):     (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "fraud_defaults"):    (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "fraud_lift_any"):    (LOGIN,    NO,     NO,      NO,    NO,       GO,       NO,       PASSWORD),
    ("GET", "sms"):                (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "sms_new"):            (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "sms_new"):           (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "sms_phone"):          (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "sms_phone"):         (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "sms_estimate"):      (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "sms_with"):           (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "sms_with"):          (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "sms_all"):            (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "sms_csv"):            (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "sms_names"):          (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "sms_name_ask"):       (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "sms_name_ask"):      (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "sms_name_delete"):    (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "sms_name_delete"):   (LOGIN,    NO,     GO,      GO,    MISSING,  NO,       NO,       PASSWORD),
    ("GET", "sms_stops"):          (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "sms_stop_lift"):      (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("POST", "sms_stop_lift"):     (LOGIN,    NO,     OPEN,    OPEN,  MISSING,  NO,       NO,       PASSWORD),
    ("GET", "sms_settings"):       (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("POST", "sms_settings"):      (LOGIN,    NO,     OPEN,    OPEN,  OPEN,     NO,       NO,       PASSWORD),
    ("GET", "sms_gateways"):       (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "sms_gateway_add"):    (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "sms_gateway_add"):   (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "sms_gateway_change"): (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "sms_gateway_change"): (LOGIN,   NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "sms_gateway_try"):    (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "sms_gateway_try"):   (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "sms_gateway_delete"): (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "sms_gateway_delete"): (LOGIN,   NO,     NO,      NO,    NO,       GO,       NO,       PASSWORD),
    ("GET", "asked_names"):        (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "name_decide"):        (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "name_decide"):       (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("GET", "price_list_sms"):     (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "price_list_sms"):    (LOGIN,    NO,     NO,      NO,    NO,       GO,       NO,       PASSWORD),
    ("GET", "installation"):       (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
    ("POST", "installation"):      (LOGIN,    NO,     NO,      NO,    NO,       OPEN,     NO,       PASSWORD),
}
# fmt: on


@dataclass
class Things:
    """Alicja's, at which everybody knocks."""

    company: cast.Company
    of: dict[str, dict[str, object]]
    people: dict[str, Person | None]


@pytest.fixture(scope="module")
def things(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Things]:
    """Made once for all who knock: what a test changes is taken back at its end, and all of this at the file's."""
    quick = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with quick, django_db_blocker.unblock(), transaction.atomic():
        yield things_of(cast.alicjas_company(), cast.celinas_company(), cast.olga_the_operator())
        transaction.set_rollback(True)


def things_of(kwiaty: cast.Company, ksiegi: cast.Company, olga: Person) -> Things:
    bartek = kwiaty.tenant.memberships.get(person=kwiaty.reader.person)
    token, _text = make_token(kwiaty.owner, "CRM", Role.READER)
    call = CallRecord.objects.create(call_id="call-1", tenant=kwiaty.tenant, started_at=timezone.now())
    number = Number.objects.create(e164="+48221234567", tenant=kwiaty.tenant)
    phone = cast.phone(kwiaty.tenant, "100", voicemail_enabled=True, voicemail_email="a@kwiaty.example")
    a_greeting(phone)
    account = {"account_id": phone.pk}
    message = {"message_id": a_message(phone).pk}
    fax_account = cast.fax_account(kwiaty.tenant)
    fax: dict[str, object] = {"fax_id": cast.fax(fax_account).pk}
    sending = cast.sent_fax(phone, "15")
    external = {"number_id": ExternalNumber.objects.create(tenant=kwiaty.tenant, e164="+48600100200", name="Nocna").pk}
    member = {"membership_id": bartek.pk}
    of: dict[str, dict[str, object]] = {
        "picker": {"kind": "przekierowanie"},
        "account": {**account},
        "connect_phone": {**account},
        "connect_device": {**account, "device": "yealink"},
        "device_add": {**account},
        "setup_mail": {**account},
        "set_up_phone": {"token": token_of(setup_link(phone))},
        "device_issue_again": {
            **account,
            "device_id": add_phone(kwiaty.manager, phone.pk, "Hol", "yealink", "805ec0123456")[0].pk,
        },
        "device_sign_out": {**account, "device_id": add_device(kwiaty.manager, phone.pk, "Biurko")[0].pk},
        "account_change": {**account},
        "account_delete": {**account},
        "account_preview": {**account},
        "account_limits": {**account},
        "fraud_lift": {"stop_id": fraud_stop(kwiaty.tenant).pk},
        "country_forget": {"country_id": known_country(kwiaty.tenant).pk},
        "greeting_upload": {**account},
        "greeting_audio": {**account},
        "greeting_remove": {**account},
        "test_mail": {**account},
        "external_number_delete": {**external},
        "message_audio": {**message},
        "message_heard": {**message},
        "message_delete": {**message},
        **{name: fax for name in ("fax", "fax_pdf", "fax_mail", "fax_delete")},
        "fax_page": {**fax, "number": 1},
        **{name: {"fax_id": sending.pk} for name in ("sent_fax", "sent_fax_report", "sent_fax_cancel")},
        "fax_send": {"document_id": sending.document_id},
        "fax_document_page": {"document_id": sending.document_id, "number": 1},
        **{f"fax_account{end}": {"account_id": fax_account.pk} for end in ("", "_change", "_delete")},
        "password_new": {"token": "1-x"},
        "email_new": {"token": "1-x"},
        "person_email": {**member},
        "session_end": {"session_id": 2**40},
        **{f"passkey_{act}": {"passkey_id": 2**40} for act in ("remove", "rename")},
        "person_sign_out": {**member},
        "person_second_factor": {**member},
        "person_role": {**member},
        "person_account": {**member},
        "person_password": {**member},
        "person_remove": {**member},
        "token_change": {"token_id": token.pk},
        "token_revoke": {"token_id": token.pk},
        "call": {"call_id": call.call_id},
        "call_hang_up": {"call_id": call.call_id},
        **operators_things(kwiaty),
        **_texts(kwiaty),
        "number_target": {"number_id": number.pk},
    }
    newcomer = cast.person(kwiaty.tenant, "Nowa", Role.OWNER).person
    Person.objects.filter(name="Nowa").update(must_change_password=True)
    people = {
        "anonymous": None,
        "reader": kwiaty.reader.person,
        "manager": kwiaty.manager.person,
        "owner": kwiaty.owner.person,
        "stranger": ksiegi.owner.person,
        "operator": olga,
        "homeless": Person.objects.add("nikt@example.org", cast.PASSWORD, name="Nikt"),
        "newcomer": newcomer,
    }
    return Things(kwiaty, of, people)


@pytest.fixture
def kwiaty(things: Things, db: None) -> cast.Company:
    """The one that is there already."""
    return things.company


def _texts(company: cast.Company) -> dict[str, dict[str, object]]:
    ids = text_messages(company)
    name, gateway = {"name_id": ids["name_id"]}, {"gateway_id": ids["gateway_id"]}
    return {
        "sms_with": {"number": "+48600555100"},
        "sms_name_delete": {**name},
        "sms_stop_lift": {"stop_id": ids["sms_stop_id"]},
        "sms_gateway_change": {**gateway},
        "sms_gateway_try": {**gateway},
        "sms_gateway_delete": {**gateway},
        "name_decide": {**name},
    }


def _named(patterns: list[URLPattern]) -> Iterator[str]:
    return (pattern.name or "" for pattern in patterns)


def test_every_page_is_in_the_table() -> None:
    assert set(_named(urlpatterns)) == {name for _method, name in PAGES}


def opened(client: Client, method: str, url: str) -> str:
    response = client.generic(method, url)
    if response.status_code == 302 and response.headers["Location"].startswith(("/logowanie", "/haslo")):
        return "→" + response.headers["Location"].split("?")[0]
    if response.streaming:
        _leave(response)
    return str(response.status_code)


def _leave(response: HttpResponseBase) -> None:
    """As a browser leaves a page that is still coming; the test's own database connection stays open."""
    request_finished.disconnect(close_old_connections)
    try:
        response.close()
    finally:
        request_finished.connect(close_old_connections)


@pytest.mark.parametrize(("method", "name"), PAGES, ids=[f"{method} {name}" for method, name in PAGES])
def test_page_opens_for_whom_it_should(method: str, name: str, things: Things, signed_in: SignIn, db: None) -> None:
    url = reverse(name, kwargs=things.of.get(name, {}))
    seen = []
    for who in WHO:
        with transaction.atomic():
            seen.append(opened(signed_in(things.people[who]), method, url))
            transaction.set_rollback(True)  # what one deletes is there for the next to be refused
    assert dict(zip(WHO, seen, strict=True)) == dict(zip(WHO, PAGES[method, name], strict=True))


def test_nobody_changes_anything_in_a_company_that_is_blocked(things: Things, signed_in: SignIn, db: None) -> None:
    """Each change that an owner could make is refused, and each page that an owner sees still opens."""
    block(cast.OPERATOR, Tenant.objects.get(slug="kwiaty").pk, "Nieopłacone")
    client = signed_in(things.people["owner"])
    seen = {}
    for (method, name), expected in PAGES.items():
        if name in OWN or expected[WHO.index("owner")] not in (OPEN, GO):
            continue
        wanted = "403" if method == "POST" else expected[WHO.index("owner")]
        url = reverse(name, kwargs=things.of.get(name, {}))
        if (found := opened(client, method, url)) != wanted:
            seen[method, name] = found
    assert seen == {}


@pytest.mark.parametrize("name", ["accounts", "calls", "people", "companies"])
def test_after_signing_in_one_gets_to_the_page_one_wanted(name: str, signed_in: SignIn, db: None) -> None:
    response = signed_in().get(reverse(name) + "?search=a")
    assert response.headers["Location"] == f"/logowanie?next={reverse(name)}%3Fsearch%3Da"


def test_a_fragment_asked_for_after_the_session_ended_sends_the_whole_page_to_the_login(
    signed_in: SignIn, db: None
) -> None:
    response = signed_in().get(
        "/konta-sip/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/konta-sip/?search=a"}
    )
    assert response.headers["HX-Redirect"].startswith("/logowanie?next=/konta-sip/")


@pytest.mark.parametrize("number", ["0", "9" * 30])
@pytest.mark.parametrize("page", ["konta-sip/{}/", "konta-sip/{}/zmien", "osoby/{}/usun", "tokeny/{}/uniewaznij"])
def test_numbers_of_nothing_are_not_found(page: str, number: str, kwiaty: cast.Company, signed_in: SignIn) -> None:
    assert signed_in(kwiaty.owner).get("/" + page.format(number)).status_code == 404


def test_nothing_of_a_company_stays_in_a_cache(kwiaty: cast.Company, signed_in: SignIn) -> None:
    assert signed_in(kwiaty.owner).get("/konta-sip/").headers["Cache-Control"] == "no-store, private"
