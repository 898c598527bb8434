"""Tell what the exchange of a story knew of its faxes when the story fails."""

from collections.abc import Generator

import pytest

from .office import FaxOffice


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """The machines and the ways tell theirs by themselves: they are gone by now."""
    report = yield
    office = getattr(item, "funcargs", {}).get("office")
    if report.when == "call" and report.failed and isinstance(office, FaxOffice):
        report.sections.append(("what the exchange knew", _told(office)))
    return report


def _told(office: FaxOffice) -> str:
    try:
        return office.told()
    except Exception as problem:  # an exchange that is down is what the story failed of, and must not hide that
        return f"it could not tell: {problem!r}"
