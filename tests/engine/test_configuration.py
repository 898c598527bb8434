"""The engine's configuration: rendered from templates, private, and whole at every moment."""

import os
import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from centralka.engine.configuration import command, render, write_config
from centralka.engine.data import TEMPLATES
from centralka.engine.engine import REQUIRED_MODULES, Engine
from centralka.engine.engine_settings import EngineMisconfigured, EngineSettings

OURS = ("hold-music", "own-hold-music")


@pytest.fixture
def configured(tmp_path_factory: pytest.TempPathFactory) -> EngineSettings:
    data = tmp_path_factory.mktemp("share")
    for folder in ("documentation", "rest-api", "sounds"):
        (data / folder).mkdir()
    return EngineSettings(
        home=Path("/srv/c"),
        bind="127.0.0.1",
        sip_port=15060,
        agi_port=14573,
        question_port=15088,
        question_secret="tajne;haslo",
        switchboard_secret="Tajne-2",
        database_url="sqlite:////srv/c/centralka.sqlite3",
        engine=Engine(("/opt/loader", "/opt/asterisk"), "22.10.1", Path("/opt/modules"), data),
    )


def test_it_fills_in_every_placeholder(configured: EngineSettings) -> None:
    assert not [name for name, text in render(configured).items() if "@{" in text]


def test_it_keeps_everything_in_our_own_tree(configured: EngineSettings) -> None:
    lines = render(configured)["asterisk.conf"].splitlines()
    folders = dict(line.split(" => ") for line in lines if " => " in line)

    assert folders.pop("astmoddir") == "/opt/modules"
    assert len(folders) == 11
    assert all(folder.startswith("/srv/c/engine") for folder in folders.values())


def test_it_listens_for_phones_where_it_is_told(configured: EngineSettings) -> None:
    assert render(configured)["pjsip.conf"].count("bind = 127.0.0.1:15060\n") == 2
    assert render(replace(configured, bind="::1"))["pjsip.conf"].count("bind = [::1]:15060\n") == 2


def test_its_log_has_lines_or_objects(configured: EngineSettings) -> None:
    assert "engine.log => notice," in render(configured)["logger.conf"]
    assert "engine.log => [json]notice," in render(replace(configured, json_log=True))["logger.conf"]


def test_it_hands_calls_to_the_switchboard_of_this_instance(configured: EngineSettings) -> None:
    dialplan = render(configured)["extensions.conf"]

    # Four kinds of dialled strings (one is the word that the engine goes to itself), with who transferred; a
    # carrier's calls, with a number in the request line and without one; and each answer whose caller is not heard
    # yet, of calls that are paid for and of others.
    assert dialplan.count("AGI(agi://127.0.0.1:14573/Tajne-2/call,${BLINDTRANSFER},${CHANNEL(callid)},") == 4
    assert dialplan.count("AGI(agi://127.0.0.1:14573/Tajne-2/fax-tone,${FAX_SWITCH})") == 2
    assert dialplan.count("AGI(agi://127.0.0.1:14573/Tajne-2/outside,,${CHANNEL(callid)},") == 2
    assert dialplan.count("AGI(agi://127.0.0.1:14573/Tajne-2/hushed,${ARG3})") == 1
    assert dialplan.count("AGI(agi://127.0.0.1:14573/Tajne-2/hushed,${ARG1})") == 1


def test_a_paid_call_has_its_limit_before_anything_else_and_needs_no_switchboard(configured: EngineSettings) -> None:
    """A switchboard that is not there must not make a call endless; it reads in the journal of the answer."""
    dialplan = render(configured)["extensions.conf"]

    for name in ("answered", "answered-unheard"):
        answered = context(dialplan, name)
        assert answered[0] == "exten => s,1,Set(TIMEOUT(absolute)=${ARG1})"
        assert answered[1] == " same => n,CELGenUserEvent(PAID,${ARG2})"
        assert any("AGI(" in step for step in answered) == (name == "answered-unheard")


def test_emergency_numbers_are_dialled_without_a_switchboard_over_each_trunk(configured: EngineSettings) -> None:
    dialplan = render(configured)["extensions.conf"]

    assert 'REGEX("^(112|98[4-7]|99[1-9])$" ${DIALLED})}?emergency,${DIALLED},1)' in dialplan
    assert " same => n,Dial(PJSIP/${EXTEN}@${TRUNK},120,i)" in context(dialplan, "emergency")


def test_what_the_engine_dials_by_itself_lets_an_encrypted_caller_be_heard(configured: EngineSettings) -> None:
    """A switchboard that died before it dialled can have had the caller muted, and is told of no answer. Only an
    emergency call is heard before the handshake."""
    dialplan = render(configured)["extensions.conf"]

    for name, routine in (("internal", "Gosub(handshake,s,1)"), ("emergency", "?unhush,s,1)")):
        steps = context(dialplan, name)
        heard = [number for number, step in enumerate(steps) if routine in step]
        (dialled,) = [number for number, step in enumerate(steps) if "Dial(" in step]
        assert len(heard) == 1
        assert heard[0] < dialled


def test_a_side_that_has_no_handshake_is_heard_once_it_has_answered(configured: EngineSettings) -> None:
    """A plain one, too: it can have taken the place of one of which nothing was to be heard before its answer."""
    steps = context(render(configured)["extensions.conf"], "sealed")
    heard = next(number for number, step in enumerate(steps) if step == " same => n(heard),Set(MUTEAUDIO(in)=off)")
    after = [number for number, step in enumerate(steps) if "/hushed," in step]

    assert steps[1] == ' same => n,GotoIf($["${HOW}" = "" | "${HOW}" = "sdes"]?heard)'
    assert "handshake" in steps[2]
    assert min(after) > heard


def context(dialplan: str, name: str) -> list[str]:
    """The steps of a context."""
    lines = dialplan.partition(f"[{name}]\n")[2].partition("\n[")[0].splitlines()
    return [line for line in lines if line and not line.startswith(";")]


def test_no_pattern_matches_the_engines_own_extension_names(configured: EngineSettings) -> None:
    dialplan = render(configured)["extensions.conf"]
    patterns = {
        name: [line.split(",")[0] for line in context(dialplan, name) if line.startswith("exten")]
        for name in ("internal", "emergency", "outside")
    }

    # external_replaces is one of those names; see the dialplan. From outside, what has no number (s) comes in.
    # To `fax` the engine itself sends a caller whose fax tone it was asked to listen for.
    assert patterns == {
        "internal": ["exten => _[+*#0-9]!", "exten => _[a-df-zA-Z].", "exten => _e[a-wyzA-Z0-9].", "exten => fax"],
        "emergency": ["exten => _X!"],
        "outside": [
            "exten => _[+0-9]!",
            "exten => s",
            "exten => _[b-dfgj-np-ru-zA-SU-Z]",
            "exten => _[a-df-zA-Z_*~=.!].",
            "exten => _e[a-wyzA-Z0-9_*~=.!]!",
            "exten => fax",
        ],
    }


def test_it_loads_nothing_by_itself_and_one_database_driver(configured: EngineSettings) -> None:
    files = render(configured)

    assert "autoload = no" in files["modules.conf"]
    assert "load = res_config_sqlite3\n" in files["modules.conf"]
    assert "res_config_pgsql" not in files["modules.conf"]
    assert "dbfile => /srv/c/centralka.sqlite3\n" in files["res_config_sqlite3.conf"]
    assert "batch = 0\n" in files["res_config_sqlite3.conf"]
    assert "ps_endpoints => sqlite3,centralka,ps_phones,1\n" in files["extconfig.conf"]
    assert "res_pgsql.conf" not in files


def test_it_reads_postgresql_with_any_password(configured: EngineSettings) -> None:
    url = "postgresql://cen:p%3Bw%20d%27x%5C@localhost:15432/centralka"
    files = render(replace(configured, database_url=url))

    assert "load = res_config_pgsql\n" in files["modules.conf"]
    assert "ps_aors => pgsql,centralka\n" in files["extconfig.conf"]
    assert "hostname = 127.0.0.1\nport = 15432\ndbname = centralka\nuser = 'cen'\n" in files["res_pgsql.conf"]
    assert "password = 'p\\;w d\\'x\\\\'\n" in files["res_pgsql.conf"]
    assert "res_config_sqlite3.conf" not in files


def options(text: str) -> dict[str, str]:
    """The `key = value` lines of a file."""
    return dict(line.split(" = ", 1) for line in text.splitlines() if " = " in line and not line.startswith(";"))


def test_what_waits_for_the_database_holds_up_nobody_else(configured: EngineSettings) -> None:
    """The pool counts no task that is being done, so only threads that are always there help (asterisk issue 2074). The
    engine complains where fewer are there at the start."""
    sizes = dict(re.findall(r"^taskpool_(\w+)_size = (\d+)$", render(configured)["pjsip.conf"], re.MULTILINE))

    assert 50 <= int(sizes["minimum"]) <= int(sizes["initial"]) <= int(sizes["max"])


def test_the_message_bus_has_todays_name_of_its_pool(configured: EngineSettings) -> None:
    assert re.findall(r"^\[(\w+)\]$", render(configured)["stasis.conf"], re.MULTILINE)[:1] == ["taskpool"]


def test_the_engine_records_messages_and_does_nothing_else_with_them(configured: EngineSettings) -> None:
    voicemail = options(render(configured)["voicemail.conf"])

    assert (voicemail["format"], voicemail["mailcmd"]) == ("wav", "/bin/true")
    assert {voicemail[key] for key in ("review", "operator", "sendvoicemail", "searchcontexts", "attach")} == {"no"}
    # Ways out of a mailbox, programs that the engine would start, mailboxes that are not in the database.
    assert not voicemail.keys() & {"callback", "dialout", "exitcontext", "externnotify", "externpass", "serveremail"}
    assert "[centralka]" not in render(configured)["voicemail.conf"]


def test_the_least_length_of_a_message_is_not_where_the_engine_complains_of_it(configured: EngineSettings) -> None:
    voicemail = options(render(configured)["voicemail.conf"])

    assert "minsecs" not in voicemail
    assert int(voicemail["maxsilence"]) < int(voicemail["maxsecs"]) == 180


def test_a_heard_message_always_finds_room_among_the_heard_ones(configured: EngineSettings) -> None:
    """How many a mailbox takes is the switchboard's business; the engine's limit would be each folder's."""
    assert options(render(configured)["voicemail.conf"])["maxmsg"] == "9999"


def test_a_crash_leaves_no_mailbox_locked(configured: EngineSettings) -> None:
    assert options(render(configured)["asterisk.conf"])["lockmode"] == "flock"


def test_mailboxes_are_read_from_the_database(configured: EngineSettings) -> None:
    assert "voicemail => sqlite3,centralka\n" in render(configured)["extconfig.conf"]


def test_the_manager_interface_is_off(configured: EngineSettings) -> None:
    """It costs each call a tenth, with nobody connected (docs/decisions/0053)."""
    assert options(render(configured)["manager.conf"])["enabled"] == "no"


def test_an_engine_that_cannot_do_what_mailboxes_need_is_not_taken(configured: EngineSettings) -> None:
    loaded = re.findall(r"^load = (.*)$", render(configured)["modules.conf"], re.MULTILINE)
    needed = {"app_voicemail", "res_pjsip_header_funcs"}

    assert needed <= set(loaded)
    assert needed <= set(REQUIRED_MODULES)


def test_a_semicolon_in_a_secret_does_not_begin_a_comment(configured: EngineSettings) -> None:
    assert "password = tajne\\;haslo\n" in render(configured)["ari.conf"]


@pytest.mark.parametrize(
    "changed, sentence",
    [
        ({"database_url": "mysql://host/name"}, "sqlite: or postgresql:"),
        ({"database_url": "sqlite:///relative.sqlite3"}, "absolute path"),
        ({"database_url": "postgresql:///name"}, "host and plain name"),
        ({"question_secret": "a\nwrite = all"}, "line break"),
        ({"question_secret": ""}, "need a secret"),
        ({"switchboard_secret": ""}, "need a secret"),
        ({"node": "node 1"}, "letters and digits"),
        ({"home": Path("/" + "long" * 25)}, "too long a path"),
    ],
)
def test_settings_that_cannot_work_are_refused_in_one_sentence(
    configured: EngineSettings, tmp_path: Path, changed: dict[str, object], sentence: str
) -> None:
    with pytest.raises(EngineMisconfigured, match=sentence):
        write_config(replace(replace(configured, home=tmp_path), **changed))  # type: ignore[arg-type]

    assert not list(tmp_path.iterdir())


def test_it_writes_private_files_and_the_folders_the_engine_needs(configured: EngineSettings, tmp_path: Path) -> None:
    settings = replace(configured, home=tmp_path)

    folder = write_config(settings)

    assert folder == settings.config_dir == tmp_path / "engine-config"
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert settings.journal.parent.is_dir()
    assert settings.log.parent.is_dir()


def test_writing_again_changes_files_at_once_and_leaves_nothing_else(
    configured: EngineSettings, tmp_path: Path
) -> None:
    settings = replace(configured, home=tmp_path)
    before = {path.name for path in write_config(settings).iterdir()}

    folder = write_config(replace(configured, question_secret="nowe"))

    assert {path.name for path in folder.iterdir()} == before
    assert "password = nowe\n" in (folder / "ari.conf").read_text()


def test_changing_the_database_removes_the_other_drivers_file(configured: EngineSettings, tmp_path: Path) -> None:
    settings = replace(configured, home=tmp_path)
    write_config(replace(configured, database_url="postgresql://u:secret@db.example/name"))

    folder = write_config(settings)

    assert not (folder / "res_pgsql.conf").exists()


def test_the_engine_finds_its_own_data_and_our_sounds_in_one_folder(configured: EngineSettings, tmp_path: Path) -> None:
    settings = replace(configured, home=tmp_path)
    write_config(settings)

    data = settings.engine_dir / "data"
    assert {path.name for path in data.iterdir()} == {"documentation", "rest-api", "sounds", *OURS}
    assert (data / "documentation").resolve() == (settings.engine.data_dir / "documentation").resolve()
    assert (data / "sounds").resolve() == (TEMPLATES / "sounds").resolve()


def test_a_link_that_is_right_is_not_touched_while_the_engine_may_read_there(
    configured: EngineSettings, tmp_path: Path
) -> None:
    settings = replace(configured, home=tmp_path)
    write_config(settings)
    links = sorted((settings.engine_dir / "data").iterdir())
    before = [os.lstat(path) for path in links]

    write_config(settings)

    assert [os.lstat(path).st_ino for path in links] == [one.st_ino for one in before]
    assert [os.lstat(path).st_ctime_ns for path in links] == [one.st_ctime_ns for one in before]


def test_the_data_of_another_engine_take_the_place_of_the_earlier_ones(
    configured: EngineSettings, tmp_path: Path
) -> None:
    settings = replace(configured, home=tmp_path)
    write_config(settings)
    newer = tmp_path / "share of a newer engine"
    (newer / "documentation").mkdir(parents=True)

    write_config(replace(settings, engine=replace(settings.engine, data_dir=newer)))

    data = settings.engine_dir / "data"
    assert {path.name for path in data.iterdir()} == {"documentation", "sounds", *OURS}
    assert (data / "documentation").readlink() == newer / "documentation"


def test_it_runs_in_the_foreground_with_its_own_configuration(configured: EngineSettings) -> None:
    assert command(configured) == [
        "/opt/loader",
        "/opt/asterisk",
        "-f",
        "-C",
        "/srv/c/engine-config/asterisk.conf",
    ]


def test_secrets_do_not_show_in_repr(configured: EngineSettings) -> None:
    settings = replace(configured, database_url="postgresql://u:sekret@db.example/name")

    assert "sekret" not in repr(settings)
    assert "tajne" not in repr(settings)
