"""How well an account could be reached, over the API and on its page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from centralka.store.models import AccountWatch, Outage, SipAccount
from tests import cast
from tests.api.client import Api


@pytest.fixture
def watched(account: SipAccount) -> SipAccount:
    """Watched for ten hours; out of reach for one of them, and again for the last one."""
    now = timezone.now()
    since = now - timedelta(hours=10)
    AccountWatch.objects.create(
        sip_account=account, reachable=False, since=since, waits_from=since, told="gone", created_at=since
    )
    Outage.objects.create(sip_account=account, began_at=now - timedelta(hours=5), ended_at=now - timedelta(hours=4))
    Outage.objects.create(sip_account=account, began_at=now - timedelta(hours=1))
    return account


def test_share_days_and_outages_are_told(reader: Api, watched: SipAccount) -> None:
    told = reader.get(f"sip-accounts/{watched.pk}/availability").body
    assert told["share"] == pytest.approx(0.8, abs=0.001)
    assert len(told["days"]) == 30
    assert sum(day["gone_seconds"] for day in told["days"]) == pytest.approx(2 * 3600, abs=5)
    assert [outage["ended_at"] is None for outage in told["outages"]] == [True, False]


def test_of_one_that_is_not_watched_nothing_is_known(reader: Api, account: SipAccount) -> None:
    told = reader.get(f"sip-accounts/{account.pk}/availability").body
    assert told == {"watched_since": None, "share": None, "days": [], "outages": []}


def test_another_companys_account_has_none_for_us(stranger: Api, watched: SipAccount, kwiaty: cast.Company) -> None:
    assert stranger.get(f"sip-accounts/{watched.pk}/availability").status == 404
