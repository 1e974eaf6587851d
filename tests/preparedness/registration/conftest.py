"""An officer at the pages of lists, and deliveries of many files."""

from uuid import uuid4

import pytest
from django.utils import timezone
from tests.preparedness.registration.made_files import work

from sojourn.preparedness.registration import operations, tasks


@pytest.fixture
def duty(client, officer):
    client.force_login(officer)
    return client


@pytest.fixture
def deliver(state, officer):
    def _deliver(*files, key=None, source="Ministry of Labour", read=True):
        at = timezone.now()
        delivery = operations.begin_delivery(
            key=key or uuid4(),
            source=source,
            organisation=state,
            office=None,
            phone_country="NP",
            by=officer,
            at=at,
        )
        for name, content in files:
            tasks.keep_and_read(delivery=delivery, name=name, content=content, at=at)
        if read:
            work()
        return delivery

    return _deliver


@pytest.fixture
def add_all(officer):
    def _add_all(delivery):
        confirmed = tasks.confirm_and_add_all(delivery=delivery, by=officer, at=timezone.now())
        work()
        return confirmed

    return _add_all
