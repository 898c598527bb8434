"""The `centralka` command, where it only reads what was typed."""

import pytest

from centralka.cli import main


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "2000000000", "tomorrow", "١٢"])
def test_a_number_that_is_no_time_is_refused_in_one_sentence(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["operator-token", "Zabbix", f"--days={days}"])
    assert "needs a whole number from 1 to 999999" in capsys.readouterr().err
