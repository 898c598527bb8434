"""Write files into a mailbox as Asterisk 22 does."""

import io
import os
import wave
from pathlib import Path

TEXT = """;
; Message Information file
;
[message]
origmailbox={box}
context=internal
exten=700
rdnis=unknown
priority=1
callerchan=PJSIP/demo_20001-00000000
callerid={callerid}
origdate=Mon Nov 23 03:14:36 AM UTC 2026
origtime={origtime}
category=
msg_id={msg_id}
flag=
duration={seconds}
"""


def pcm(seconds: float) -> bytes:
    """8 kHz, 16 bit: a soft buzz."""
    return (b"\x00\x04" * 40 + b"\x00\xfc" * 40) * round(seconds * 100)


def wav(seconds: float) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(pcm(seconds))
    return target.getvalue()


def message(
    box: Path, number: int, msg_id: str, *, folder: str = "INBOX", callerid: str = '"Alicja" <100>', seconds: int = 5
) -> None:
    """A whole one, number `number` of its folder. The id begins with the Unix time, as the engine's do."""
    (box / folder).mkdir(parents=True, exist_ok=True)
    (box / folder / f"msg{number:04}.wav").write_bytes(wav(seconds))
    origtime = msg_id.partition("-")[0]
    text = TEXT.format(box=box.name, callerid=callerid, origtime=origtime, msg_id=msg_id, seconds=seconds)
    (box / folder / f"msg{number:04}.txt").write_text(text)


def half_recorded(box: Path, *, seconds: float, at: float | None = None) -> Path:
    """Write what a killed engine leaves: an empty text, which is given, and sound behind a header that says nothing.

    `at`: when it was last written to, Unix time.
    """
    (box / "tmp").mkdir(parents=True, exist_ok=True)
    text, sound = box / "tmp/Gk2Lxy", box / "tmp/Gk2Lxy.wav"
    text.touch()
    header = wav(0)
    sound.write_bytes(header[:4] + bytes(4) + header[8:40] + bytes(4) + pcm(seconds))
    if at is not None:
        os.utime(text, (at - seconds, at - seconds))
        os.utime(sound, (at, at))
    return text
