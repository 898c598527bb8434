"""Clients generated from the document that a real server serves, as `docs/api.md` says, do an office's work with it."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from centralka.actions.money import top_up
from centralka.actions.tokens import make_token
from centralka.sound.wav_files import Sound, wav_of
from centralka.store.models import Greeting, PriceList, Role, SipAccount, Tenant
from tests import cast
from tests.api.conftest import call, message
from tests.server import Server

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
TYPESCRIPT = HERE / "typescript"
NODE_MODULES = Path(sys.prefix) / "typescript" / "node_modules"
"""Where scripts/setup puts what typescript/package-lock.json names."""
DOCUMENTATION = (HERE.parents[1] / "docs" / "api.md").read_text()
HEARD = wav_of(Sound(bytes(32_000), 8_000))

Office = Callable[..., dict[str, Any]]


@pytest.fixture
def kwiaty(transactional_db: None) -> cast.Company:
    """Committed, so that the server sees it; its accounts cost 20 zł, and it has 100."""
    company = cast.alicjas_company()
    prices = PriceList.objects.create(name="Standard", account_activation=Decimal(20))
    Tenant.objects.filter(pk=company.tenant.pk).update(price_list=prices)
    top_up(cast.OPERATOR, company.tenant.pk, Decimal(100), "Przelew")
    phone = cast.phone(company.tenant, "100", "Bartek")
    for minute, caller in enumerate(("+48600100200", "+48600100200", "+48600100300", "+48600100200")):
        at = datetime(2026, 1, 31, 12 if minute == 0 else 13, minute, tzinfo=UTC)
        call(company, f"node1-{minute}", phone, from_number=caller, to_number="100", started_at=at)
    message(phone)
    return company


@pytest.fixture
def document(server: Server, tmp_path: Path) -> Path:
    """The document as it is served, in a file."""
    with urlopen(f"{server.url}/api/v1/openapi.json", timeout=60) as answer:
        (tmp_path / "openapi.json").write_bytes(answer.read())
    return tmp_path / "openapi.json"


@pytest.fixture
def office(server: Server, kwiaty: cast.Company, tmp_path: Path) -> Office:
    """Run a program with an address, a manager's token and a greeting. Returns what it says it saw."""
    greeting = tmp_path / "greeting.wav"
    greeting.write_bytes(wav_of(Sound(bytes(32_000), 8_000)))
    token = make_token(kwiaty.owner, "office", Role.MANAGER)[1]

    def run(*program: str | Path, **environment: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(_run(*program, server.url, token, greeting, environment=environment))
        return found

    return run


def _run(*command: str | Path, cwd: Path = HERE, environment: Mapping[str, str] | None = None) -> str:
    """What it printed; where it fails, the test does, with all that it said."""
    done = subprocess.run(
        command,
        env={**os.environ, **(environment or {})},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _documented(language: str) -> str:
    """The one block of the documentation in that language."""
    (block,) = re.findall(rf"```{language}\n(.*?)```", DOCUMENTATION, re.DOTALL)
    return str(block)


def _documented_command(program: str) -> list[str]:
    """The arguments that the documentation gives to a program."""
    (command,) = re.findall(rf"`{program} ([^`]*)`", DOCUMENTATION)
    return str(command).split()


def _hold_against_what_is_there(seen: dict[str, Any]) -> None:
    """What the program saw is what the company has, and what it did was done."""
    at = [int(datetime(2026, 1, 31, 13, minute, tzinfo=UTC).timestamp()) for minute in (3, 1)]
    assert seen == {
        "asked": [402, "20.0000", "activation", "monthly"],
        "made": ["102", "Magazyn"],
        "greeting": [2.0, "upload"],
        "calls": [["+48600100200", "100", "answered", moment] for moment in at],
        "audio": [hashlib.sha256(HEARD).hexdigest(), "RIFF"],
    }
    made = SipAccount.objects.get(extension="102")
    assert Greeting.objects.get(sip_account=made).seconds == 2.0
    assert made.tenant.ledger_entries.order_by("-pk")[0].net == Decimal(-20)


def test_a_python_client_is_generated_and_does_an_offices_work(document: Path, office: Office, tmp_path: Path) -> None:
    settings = tmp_path / "openapi-python-client.yaml"
    # Nobody reads what is thrown away: it need not be tidied.
    settings.write_text(_documented("yaml") + "post_hooks: []\n")
    made = tmp_path / "made"
    generate = BIN / "openapi-python-client", "generate", "--fail-on-warning", "--meta", "none"
    _run(*generate, "--path", document, "--config", settings, "--output-path", made / "centralka_client")
    # Alone, as in an office: not with what this repository sets.
    check = BIN / "mypy", "--strict", "--config-file=", "--follow-imports=silent", "--cache-dir", tmp_path / "types"
    _run(*check, HERE / "office.py", environment={"MYPYPATH": str(made)})
    _hold_against_what_is_there(office(sys.executable, HERE / "office.py", PYTHONPATH=str(made)))


def test_a_typescript_client_is_generated_and_does_an_offices_work(
    document: Path, office: Office, kwiaty: cast.Company, tmp_path: Path
) -> None:
    for file in ("office.ts", "package.json", "tsconfig.json"):
        (tmp_path / file).write_bytes((TYPESCRIPT / file).read_bytes())
    (tmp_path / "node_modules").symlink_to(NODE_MODULES)
    generate = _documented_command("openapi-typescript")
    assert document == tmp_path / generate[0]
    _run("node", NODE_MODULES / "openapi-typescript/bin/cli.js", *generate, cwd=tmp_path)
    _run("node", NODE_MODULES / "typescript/bin/tsc", "--project", tmp_path)
    seen = office("node", tmp_path / "built" / "office.js")
    at = [int(datetime(2026, 1, 31, 13, minute, tzinfo=UTC).timestamp()) for minute in (3, 1)]
    assert seen == {
        "before": ["100"],
        "wrong": [["extension", "malformed"]],
        "asked": [402, "20.0000", "activation", "monthly"],
        "made": ["103", "Zaplecze"],
        "changed": ["Magazyn", True],
        "late": [409, "/api/v1/problems/changed-meanwhile"],
        "calls": [["+48600100200", "100", "answered", moment] for moment in at],
        "during": ["100", "103"],
        "deleted": 204,
        "gone": "/api/v1/problems/not-found",
        "after": ["100"],
    }
    assert not SipAccount.objects.filter(extension="103").exists()
    assert kwiaty.tenant.ledger_entries.order_by("-pk")[0].net == Decimal(-20)
