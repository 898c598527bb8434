"""`./centralka`, the shell part: whose Python it takes, when it makes or renews it, and for whom that can be read."""

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
SETUP = """#!/bin/sh
echo "setup $2 $(umask)"
mkdir -p "$2/venv/bin"
printf '#!/bin/sh\\necho "python $0 $(umask)"\\n' >"$2/venv/bin/python"
chmod +x "$2/venv/bin/python"
sha256sum <requirements.lock >"$2/venv/installed-requirements.lock"
"""


class Checkout:
    """A copy of the command, on a machine whose user and service are made up."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home, self.beside = folder, folder / "home", folder / "environment"
        (folder / "programs").mkdir()
        (folder / "scripts").mkdir()
        (folder / "requirements.lock").write_text("one")
        self._put("centralka", (TOP / "centralka").read_text())
        self._put("scripts/setup", SETUP)
        self._put("programs/systemctl", "#!/bin/sh\nexit 1\n")

    def _put(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)
        (self.folder / name).chmod(0o755)

    def serve(self, state: str) -> None:
        said = f"ActiveState={state}\nExecStart={{ path={self.beside}/venv/bin/python ; argv[]=… }}"
        self._put("programs/systemctl", f"#!/bin/sh\ncat <<'END'\n{said}\nEND\n")

    def say(self, *typed: str, user: int = 0, home: bool = True) -> list[str]:
        """Type a command. Returns what it did: each step with its folder and the mask of its files.

        `home`: whether the home folder is named; else it is `var`, in the copy.
        """
        self._put("programs/id", f"#!/bin/sh\necho {user}\n")
        environ = {"PATH": f"{self.folder}/programs:{os.environ['PATH']}", **self._named(home)}
        line = ["sh", "-c", 'umask 077; exec ./centralka "$@"', "sh", *typed]
        done = subprocess.run(line, cwd=self.folder, env=environ, capture_output=True, text=True, check=False)
        said = done.stdout.replace("/venv/bin/python", "").replace(f"{self.folder}/", "") + done.stderr
        return said.splitlines()

    def belong_to(self, user: str, number: int) -> None:
        """Let the copy be a user's."""
        self._put("programs/stat", f'#!/bin/sh\ncase "$2" in %u) echo {number} ;; *) echo {user} ;; esac\n')

    def _named(self, home: bool) -> dict[str, str]:
        return {"CENTRALKA_HOME": str(self.home)} if home else {}


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


@pytest.mark.parametrize("typed", [["install"], ["install", "--root", "/srv/image"]])
def test_install_makes_a_python_beside_the_source_that_everybody_can_read(checkout: Checkout, typed: list[str]) -> None:
    assert checkout.say(*typed) == ["setup environment 0022", "python environment 0022"]


@pytest.mark.parametrize("typed", [["install", "--print"], ["install", "--remove"], ["check"]])
def test_nothing_else_makes_one(checkout: Checkout, typed: list[str]) -> None:
    assert checkout.say(*typed) == ["setup home 0077", "python home 0077"]
    assert checkout.say("install", user=1000)[1] == "python home 0077"
    assert not checkout.beside.exists()


def test_root_renews_it_readably_with_any_command_and_keeps_what_the_command_writes_to_itself(
    checkout: Checkout,
) -> None:
    checkout.say("install")
    assert checkout.say("check") == ["python environment 0077"]
    (checkout.folder / "requirements.lock").write_text("two")
    assert checkout.say("check") == ["setup environment 0022", "python environment 0077"]


def test_others_take_it_while_it_is_complete_and_else_one_of_their_own(checkout: Checkout) -> None:
    checkout.say("install")
    assert checkout.say("check", user=1000) == ["python environment 0077"]
    (checkout.folder / "requirements.lock").write_text("two")
    assert checkout.say("check", user=1000) == ["setup home 0077", "python home 0077"]


def test_packages_are_not_renewed_under_the_running_service(checkout: Checkout) -> None:
    checkout.say("install")
    checkout.serve("active")
    assert checkout.say("check") == ["python environment 0077"]
    (checkout.folder / "requirements.lock").write_text("two")
    for typed in (["install"], ["check"]):
        [refused] = checkout.say(*typed)
        assert "stop it first" in refused
    assert hashlib.sha256(b"one").hexdigest() in (checkout.beside / "venv/installed-requirements.lock").read_text()
    checkout.serve("inactive")
    assert checkout.say("install") == ["setup environment 0022", "python environment 0022"]


def test_a_developers_copy_is_not_left_with_a_home_folder_of_root(checkout: Checkout) -> None:
    checkout.belong_to("ewa", 1000)
    [said] = checkout.say("install", home=False)
    assert "This copy belongs to ewa" in said
    assert "CENTRALKA_HOME=/var/lib/centralka ./centralka install" in said
    assert not checkout.beside.exists()
    assert not (checkout.folder / "var").exists()
    assert checkout.say("install") == ["setup environment 0022", "python environment 0022"]
    checkout.belong_to("root", 0)
    assert checkout.say("install", home=False) == ["python environment 0022"]
