"""Write a PDF of fax pages, each coded as fax machines do (T.6): nothing is lost, and it is as small as the fax was."""

import io
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from PIL import Image

_POINTS = 72
"""To the inch."""
_STRIP_OFFSETS, _STRIP_LENGTHS = 273, 279
_CATALOG, _PAGES = 1, 2


@dataclass
class PdfFile:
    """A PDF that is written page by page, as a context manager: no page is held in memory."""

    path: Path
    _file: BinaryIO = field(init=False)
    _offsets: dict[int, int] = field(default_factory=dict)
    _kids: list[int] = field(default_factory=list)

    def __enter__(self) -> "PdfFile":
        self._file = self.path.open("wb")
        self._file.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._file:
            if kind is None:
                self._write_end()

    def add(self, page: Image.Image, dpi: tuple[float, float]) -> None:
        """Add a black and white page. Raises OSError."""
        coded, (width, height) = _coded(page), page.size
        across, down = _POINTS * width / dpi[0], _POINTS * height / dpi[1]
        picture, drawn, kid = (len(self._kids) * 3 + _PAGES + step for step in (1, 2, 3))
        parameters = f"<< /K -1 /BlackIs1 true /Columns {width} /Rows {height} >>"
        looks = f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray"
        coding = f"/BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms {parameters}"
        self._write(picture, f"<< {looks} {coding} /Length {len(coded)} >>", coded)
        draw = f"q {across:.2f} 0 0 {down:.2f} 0 0 cm /P Do Q".encode()
        self._write(drawn, f"<< /Length {len(draw)} >>", draw)
        box = f"/MediaBox [0 0 {across:.2f} {down:.2f}] /Resources << /XObject << /P {picture} 0 R >> >>"
        self._write(kid, f"<< /Type /Page /Parent {_PAGES} 0 R {box} /Contents {drawn} 0 R >>")
        self._kids.append(kid)

    def _write(self, number: int, head: str, stream: bytes | None = None) -> None:
        self._offsets[number] = self._file.tell()
        body = b"" if stream is None else b"\nstream\n" + stream + b"\nendstream"
        self._file.write(f"{number} 0 obj\n{head}".encode() + body + b"\nendobj\n")

    def _write_end(self) -> None:
        kids = " ".join(f"{kid} 0 R" for kid in self._kids)
        self._write(_PAGES, f"<< /Type /Pages /Count {len(self._kids)} /Kids [{kids}] >>")
        self._write(_CATALOG, f"<< /Type /Catalog /Pages {_PAGES} 0 R >>")
        table, size = self._file.tell(), len(self._offsets) + 1
        rows = "".join(f"{self._offsets[number]:010} 00000 n \n" for number in range(1, size))
        self._file.write(f"xref\n0 {size}\n0000000000 65535 f \n{rows}".encode())
        self._file.write(f"trailer\n<< /Size {size} /Root {_CATALOG} 0 R >>\nstartxref\n{table}\n%%EOF\n".encode())


def _coded(page: Image.Image) -> bytes:
    """Code a page as T.6, in one strip."""
    whole = io.BytesIO()
    one_strip = (page.width + 7) // 8 * page.height
    page.save(whole, "TIFF", compression="group4", strip_size=one_strip)
    whole.seek(0)
    with Image.open(whole) as coded:
        (offset,), (length,) = coded.tag_v2[_STRIP_OFFSETS], coded.tag_v2[_STRIP_LENGTHS]  # type: ignore[attr-defined]
    return whole.getvalue()[offset : offset + length]
