"""Let the system throw away copies of SIP messages that nobody reads, before they wake this process.

A call makes some sixteen copies, of which three or four matter. To look at the others here cost more than to decide the
call (docs/decisions/0013). So the socket gets a filter: a program of the classic Berkeley Packet Filter
(`SO_ATTACH_FILTER`, Linux: Documentation/networking/filter.rst). It goes from chunk to chunk (`hep`) to the message and
looks how that begins. What it lets through is as little trusted as before.
"""

import ctypes
import socket
import struct
from collections.abc import Sequence

_SO_ATTACH_FILTER = 26
_INSTRUCTION = struct.Struct("=HBBI")
_PROGRAM = struct.Struct("@HP")  # struct sock_fprog: how many instructions, and where

# Codes. Loads go to A and count from X; a load behind the datagram's end ends the program, which throws it away.
_LOAD_WORD, _LOAD_HALF = 0x40, 0x48
_SET_X, _ADD_X, _MOVE_TO_X = 0x01, 0x0C, 0x07
_IF_EQUAL, _RETURN = 0x15, 0x06

_UDP_HEADER, _HEP_HEADER, _CHUNK_HEADER = 8, 6, 6
_MESSAGE = 0x000F
_MOST_CHUNKS = 16
"""The engine writes twelve or thirteen before the message."""
_NOTHING, _WHOLE = 0, 0xFFFFFFFF

Instruction = tuple[int, int, int, int]
"""Code, instructions to skip if it is so, the same if not, operand."""


def let_through(receiver: socket.socket, statuses: Sequence[int]) -> None:
    """Let a UDP socket receive copies of INVITEs and of answers with these statuses only. Raises OSError."""
    program = _instructions(statuses)
    packed = ctypes.create_string_buffer(b"".join(_INSTRUCTION.pack(*one) for one in program))
    given = _PROGRAM.pack(len(program), ctypes.addressof(packed))
    receiver.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, given)


def _instructions(statuses: Sequence[int]) -> list[Instruction]:
    program: list[Instruction] = [(_SET_X, 0, 0, _UDP_HEADER + _HEP_HEADER)]
    for chunks_left in reversed(range(_MOST_CHUNKS)):
        program += _pass_by(chunks_left)
    return [*program, (_RETURN, 0, 0, _NOTHING), *_look_at_message(statuses)]


def _pass_by(chunks_left: int) -> list[Instruction]:
    """Set X to the next chunk, or go to what stands behind all of this if this chunk is the message."""
    rest = 3
    return [
        (_LOAD_HALF, 0, 0, 2),
        (_IF_EQUAL, rest + chunks_left * (rest + 2) + 1, 0, _MESSAGE),
        (_LOAD_HALF, 0, 0, 4),
        (_ADD_X, 0, 0, 0),
        (_MOVE_TO_X, 0, 0, 0),
    ]


def _look_at_message(statuses: Sequence[int]) -> list[Instruction]:
    count = len(statuses)
    return [
        (_LOAD_WORD, 0, 0, _CHUNK_HEADER),
        (_IF_EQUAL, count + 3, 0, _word(b"INVI")),
        (_IF_EQUAL, 0, count + 1, _word(b"SIP/")),
        (_LOAD_WORD, 0, 0, _CHUNK_HEADER + len("SIP/2.0 ")),
        *((_IF_EQUAL, count - at, 0, _word(b"%d " % status)) for at, status in enumerate(statuses)),
        (_RETURN, 0, 0, _NOTHING),
        (_RETURN, 0, 0, _WHOLE),
    ]


def _word(text: bytes) -> int:
    return int.from_bytes(text, "big")
