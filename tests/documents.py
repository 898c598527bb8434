"""Documents that people upload to be faxed, made for a test."""

import io
from collections.abc import Sequence

from PIL import Image

A4 = (595, 842)


def a_pdf(pages: Sequence[Sequence[str]], *, size: tuple[int, int] = A4, catalog: str = "", trailer: str = "") -> bytes:
    """Pages by their drawing commands, e.g. `0 g 0 0 100 100 re f`: a black square in the lower left corner."""
    kids = " ".join(f"{3 + 2 * index} 0 R" for index in range(len(pages)))
    objects = [f"<< /Type /Catalog /Pages 2 0 R {catalog} >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>"]
    for index, commands in enumerate(pages):
        drawn = "\n".join(commands)
        box = f"/MediaBox [0 0 {size[0]} {size[1]}]"
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} /Contents {4 + 2 * index} 0 R >>")
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    made, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(made))
        made += f"{number} 0 obj\n{body}\nendobj\n"
    rows = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    table, size_ = len(made), len(objects) + 1
    made += f"xref\n0 {size_}\n0000000000 65535 f \n{rows}"
    made += f"trailer\n<< /Size {size_} /Root 1 0 R {trailer} >>\nstartxref\n{table}\n%%EOF\n"
    return made.encode()


def an_image(kind: str) -> bytes:
    """A picture with all greys; `kind`: PNG or JPEG."""
    file = io.BytesIO()
    Image.linear_gradient("L").resize((600, 800)).save(file, kind)
    return file.getvalue()
