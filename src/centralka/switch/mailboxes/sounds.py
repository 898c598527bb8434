"""Sounds that the engine plays from files: greetings, messages, hold music."""

from pathlib import Path

from centralka.files import write_whole


def write_sounds(file: Path, sounds: dict[str, bytes]) -> None:
    """Write the same sound in several formats, by ending. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for ending, content in sounds.items():
        write_whole(file.with_name(f"{file.name}.{ending}"), content)


def remove_other_versions(file: Path) -> None:
    """Remove the earlier versions of the greeting `<account>-<version>`: a call that plays one has it open."""
    account, _, _version = file.name.partition("-")
    for path in file.parent.glob(f"{account}-*"):
        if path.stem != file.name:
            path.unlink(missing_ok=True)
