"""`docs/api.md` is true: each of its curl commands is carried out, in order, against the demo company."""

import re
import shlex
from pathlib import Path

import pytest

from centralka.actions.tokens import make_operator_token, make_token
from centralka.api.http.problems import KINDS
from centralka.api.v1 import schema
from centralka.sound.wav_files import Sound, wav_of
from centralka.store.models import Number, PriceList, Role, SipAccount
from tests import cast
from tests.api.client import Answer, Api, form_with_file
from tests.api.conftest import call, message

TEXT = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
ADDRESS = "/api/v1/"


def _commands() -> list[tuple[list[str], int]]:
    """Each `curl …  # status` of the document as its words and the status it promises."""
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL))
    found = re.findall(r"^(curl .*?)\s+# ([0-9]{3})$", blocks, re.DOTALL | re.MULTILINE)
    return [(shlex.split(command.replace("\\\n", " ")), int(status)) for command, status in found]


def _carried_out(words: list[str], values: dict[str, str]) -> Answer:
    """What curl would do."""
    given = [re.sub(r"\$([A-Z_]+)", lambda name: values[name[1]], word) for word in words[1:]]
    method, address, headers = "GET", "", {}
    body: str | bytes = ""
    words_left = iter(given)
    for word in words_left:
        match word:
            case "-X":
                method = next(words_left)
            case "-d":
                body = next(words_left)
            case "-F":
                assert next(words_left) == "file=@greeting.wav"
                body, headers["Content-Type"] = form_with_file(wav_of(Sound(bytes(32_000), 8_000)))
            case "-o":
                next(words_left)
            case "-H":
                name, _colon, value = next(words_left).partition(": ")
                headers[name] = value
            case _:
                address = word
    content_type = headers.pop("Content-Type", "application/x-www-form-urlencoded")
    return Api(headers=headers).send(method, address, body, content_type=content_type)


@pytest.mark.django_db(reset_sequences=True, transaction=True)
def test_every_command_answers_as_the_document_says() -> None:
    company = cast.alicjas_company()
    company.tenant.slug = "demo"
    company.tenant.save()
    for extension in ("100", "101"):
        cast.phone(company.tenant, extension, "Sekretariat")
    message(SipAccount.objects.get(extension="100"))
    for e164 in ("+48221234567", "+48221234568"):
        Number.objects.create(e164=e164, tenant=company.tenant)
    PriceList.objects.create(name="Demo")
    call(company, "node1-1769860800.12", ended_at=None, outcome="")
    values = {
        "API": ADDRESS,
        "TOKEN": make_token(company.owner, "demo", Role.MANAGER)[1],
        "OWNER_TOKEN": make_token(company.owner, "owner", Role.OWNER)[1],
        "OPERATOR_TOKEN": make_operator_token("demo"),
    }
    commands = _commands()
    assert len(commands) == TEXT.count("\ncurl ")
    for words, status in commands:
        answer = _carried_out(words, values)
        assert answer.status == status, (words, answer)


def test_every_operation_and_problem_is_in_the_document() -> None:
    for path in schema()["paths"]:
        resource = path.removeprefix(ADDRESS).partition("/{")[0]
        assert resource in TEXT
    for kind in KINDS.values():
        if kind.code not in ("bad-request", "forbidden"):  # errors of Django's own, outside every operation
            assert f"`{kind.code}`" in TEXT


def test_the_call_in_the_document_has_the_fields_of_a_call(manager: Api, kwiaty: cast.Company) -> None:
    call(kwiaty, "node1-1")
    for field in manager.get("calls/node1-1").body:
        assert f'"{field}"' in TEXT
