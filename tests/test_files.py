"""Files appear whole, private, or not at all."""

import resource
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from centralka.files import write_if_missing, write_whole, write_whole_and_sync

Write = Callable[[Path, bytes | str], None]
ALL = pytest.mark.parametrize("write", [write_whole, write_whole_and_sync, write_if_missing])


@ALL
def test_a_file_is_there_for_its_owner_alone_and_nothing_lies_beside_it(write: Write, tmp_path: Path) -> None:
    write(tmp_path / "note", "Żółw")
    assert (tmp_path / "note").read_text() == "Żółw"
    assert stat.S_IMODE((tmp_path / "note").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["note"]


@pytest.mark.parametrize("write", [write_whole, write_whole_and_sync])
def test_an_earlier_file_is_replaced_and_stays_with_a_reader_that_has_it_open(write: Write, tmp_path: Path) -> None:
    (tmp_path / "note").write_bytes(b"old")
    with (tmp_path / "note").open("rb") as reader:
        write(tmp_path / "note", b"new")
        assert reader.read() == b"old"
    assert (tmp_path / "note").read_bytes() == b"new"


def test_the_first_of_several_writers_counts(tmp_path: Path) -> None:
    threads = [threading.Thread(target=write_if_missing, args=(tmp_path / "key", f"{n}" * 9)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    kept = (tmp_path / "key").read_text()
    write_if_missing(tmp_path / "key", "later")
    assert kept in {f"{n}" * 9 for n in range(8)}
    assert (tmp_path / "key").read_text() == kept
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


@pytest.fixture
def small_files() -> Iterator[None]:
    """Files of this process can have 1,000 bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("small_files")
@ALL
def test_what_cannot_be_written_down_leaves_the_old_file_and_nothing_beside_it(write: Write, tmp_path: Path) -> None:
    (tmp_path / "note").write_bytes(b"old")
    with pytest.raises(OSError, match="File too large"):
        write(tmp_path / "note", bytes(2000))
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("note", b"old")]
