"""What tests of accounts share: a password, a way through the door, an app that shows codes."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.timezone import now

from sojourn.foundation.accounts import factors, operations
from sojourn.foundation.organisations import operations as organisations

PASSWORD = "a quiet river runs deep"
SECOND = "seven yellow umbrellas"


@pytest.fixture
def officer(officer, noon):
    organisations.set_password(user=officer, password=PASSWORD, by=officer, at=noon)
    return officer


@pytest.fixture
def app():
    """An app that shows codes, as RFC 6238 says, written here anew."""
    return App()


class App:
    secret = ""

    def enter(self, user, at=None):
        """Add the app to a user's account, a while ago."""
        self.secret = factors.totp.generate_totp_secret()
        before = (at or now()) - timedelta(minutes=10)
        counter = int(before.timestamp()) // 30
        return operations.add_code(user=user, secret=self.secret, counter=counter, at=before)

    def shows(self, at=None):
        import base64
        import hmac

        count = int((at or now()).timestamp()) // 30
        digest = hmac.new(base64.b32decode(self.secret), count.to_bytes(8, "big"), "sha1").digest()
        start = digest[-1] & 15
        number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
        return f"{number % 1_000_000:06d}"


def sign_in(client, username="officer", password=PASSWORD, **more):
    return client.post(reverse("login"), {"username": username, "password": password, **more})


def show(client, code):
    return client.post(reverse("login_factor"), {"confirm-code": code})


def is_in(client):
    return client.get(reverse("account")).status_code == 200


def main_of(answer):
    """The words of a page, without what is different on every page anyway."""
    page = re.sub(r'value="[A-Za-z0-9]{64}"|content="[A-Za-z0-9]{64}"', "", answer.content.decode())
    return unescape(page)


@pytest.fixture
def forced(officer):
    """The officer has a second password."""
    operations.set_second_password(user=officer, password=SECOND, at=now())
    return officer


@pytest.fixture
def under_force(client, forced):
    sign_in(client, password=SECOND)
    return client
