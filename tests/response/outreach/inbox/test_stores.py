"""The inbox in the database of the suite: any number of rows in one commit, a repeat adds nothing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.conf import settings

from sojourn.foundation.identifiers import uuid7
from sojourn.response.outreach.inbox.stores import Row, store_for
from sojourn.response.outreach.models import Inbound
from sojourn.site.databases import SQLITE_START

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def store(transactional_db):
    opened = store_for(settings.DATABASES["default"], start=SQLITE_START)
    yield opened
    opened.close()


def rows(provider, numbers):
    return [
        Row(
            id=uuid7(),
            provider_id=provider.pk,
            provider_message_id=f"m-{number}",
            channel="sms",
            sender_address="+9779812345678",
            sealed=bytes([number % 256]) * 3,
            said_at=NOON if number % 2 else None,
            received_at=NOON,
        )
        for number in numbers
    ]


def test_any_number_of_rows_is_written_whole_and_a_repeat_adds_nothing(store, provider):
    start = 0
    for number in (1, 2, 3, 127, 256, 257, 1_000):
        store.write(rows(provider, range(start, start + number)))
        store.write(rows(provider, range(start + number // 2, start + number + 5)))
        start += number + 5

    kept = {int(one.provider_message_id[2:]): one for one in Inbound.objects.all()}
    assert Inbound.objects.count() == start
    for number in range(start):
        assert bytes(kept[number].sealed) == bytes([number % 256]) * 3
        assert kept[number].said_at == (NOON if number % 2 else None)
        assert kept[number].received_at == NOON


def test_a_batch_with_one_row_that_cannot_stand_leaves_nothing(store, provider):
    whole = rows(provider, range(10))
    faulty = [replace(row, sealed=None) if row is whole[7] else row for row in whole]

    with pytest.raises(Exception, match=r"(?i)null"):
        store.write(faulty)
    assert not Inbound.objects.exists()

    store.write(whole)
    assert Inbound.objects.count() == 10
