"""The engine finds the companies' own music where the view says, in each of its codings, and nothing else."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from centralka.sound.wav_files import Sound, wav_of
from centralka.store.hold_music import set_own_music
from centralka.store.models import HoldMusic, HoldSound, Tenant
from centralka.store.realtime import HOLD_MUSIC
from centralka.switch.database import Database
from centralka.switch.hold_music import SURE_FOR, HoldMusicFiles
from tests import cast

from .stand_ins import put_away

pytestmark = pytest.mark.django_db(transaction=True)

TONE = wav_of(Sound(b"\x00\x10\x00\xf0" * 8_000, 16_000))


def upload(tenant: Tenant) -> HoldMusic:
    Tenant.objects.filter(pk=tenant.pk).update(hold_sound=HoldSound.OWN)
    return set_own_music(tenant, TONE, 1.0, timezone.now())


def looks(folder: Path, *between: Callable[[], object]) -> None:
    """One look, then another one after each of these."""

    async def story() -> None:
        database = Database()
        files = HoldMusicFiles(folder, database)
        try:
            await files.look()
            for happens in between:
                await database.do(happens)
                await files.look()
        finally:
            await put_away(database)

    asyncio.run(story())


def found(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_chosen_file_is_there_and_a_new_one_takes_its_place(kwiaty: cast.Company, tmp_path: Path) -> None:
    first = upload(kwiaty.tenant)
    looks(tmp_path)
    number = kwiaty.tenant.pk
    assert found(tmp_path) == {f"{number}/{first.version}.alaw", f"{number}/{first.version}.g722"}
    looks(tmp_path, lambda: upload(kwiaty.tenant))
    second = HoldMusic.objects.get()
    assert second.version != first.version
    assert found(tmp_path) == {f"{number}/{second.version}.alaw", f"{number}/{second.version}.g722"}


def test_what_is_not_chosen_is_not_there(kwiaty: cast.Company, ksiegi: cast.Company, tmp_path: Path) -> None:
    for company in (kwiaty, ksiegi):
        upload(company.tenant)
    looks(tmp_path, lambda: Tenant.objects.filter(pk=kwiaty.tenant.pk).update(hold_sound=HoldSound.SILENCE))
    assert {name.partition("/")[0] for name in found(tmp_path)} == {str(ksiegi.tenant.pk)}


def test_half_a_copy_is_made_anew(kwiaty: cast.Company, tmp_path: Path) -> None:
    made = upload(kwiaty.tenant)
    looks(tmp_path)
    (tmp_path / f"{kwiaty.tenant.pk}/{made.version}.g722").unlink()
    looks(tmp_path)
    assert len(found(tmp_path)) == 2


def test_what_somebody_removed_by_hand_is_there_again_after_a_while(kwiaty: cast.Company, tmp_path: Path) -> None:
    made = upload(kwiaty.tenant)
    lost = tmp_path / f"{kwiaty.tenant.pk}/{made.version}.g722"
    looks(tmp_path, lost.unlink, *[lambda: None] * SURE_FOR)
    assert lost.exists()


def asked(view: str, column: str, value: str) -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {view} WHERE {column} = %s", [value])
        row = cursor.fetchone()
        return dict(zip([one[0] for one in cursor.description], row, strict=True)) if row else {}


@pytest.mark.parametrize(("chosen", "name"), [("bundled", "default"), ("silence", "silence"), ("own", "own-{}")])
def test_the_engine_is_told_what_the_company_has_chosen(kwiaty: cast.Company, chosen: str, name: str) -> None:
    cast.phone(kwiaty.tenant, "100")
    Tenant.objects.filter(pk=kwiaty.tenant.pk).update(hold_sound=chosen)
    name = name.format(kwiaty.tenant.pk)
    assert asked("ps_endpoints", "id", "kwiaty_100")["moh_suggest"] == name
    row = asked("musiconhold", "name", name)
    assert row == (
        {"name": name, "mode": "files", "directory": f"own-hold-music/{kwiaty.tenant.pk}"} if chosen == "own" else {}
    )
    assert not row or set(row) == set(HOLD_MUSIC)
