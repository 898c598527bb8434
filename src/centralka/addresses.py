"""A company's pages have the company in their address: `/firma/kwiaty/konta-sip/`.

So two tabs can show two companies, and a form is saved where it was drawn.
"""

import re

_OF_COMPANY = re.compile(r"/firma/([a-z0-9-]+)(/.*|)", re.DOTALL)


def company_address(slug: str, path: str = "/") -> str:
    """Return the address of the page `path` ("/konta-sip/") of the company with this slug."""
    return f"/firma/{slug}{path}"


def split_company(path: str) -> tuple[str | None, str]:
    """Return the company's slug, None if the address names none, and the path of the page in it."""
    found = _OF_COMPANY.fullmatch(path)
    return (found[1], found[2]) if found else (None, path)
