"""The other side of `benchmarks/inbox.py`: a plain Django view that keeps one reply a request, as most would write it.

The same table, the same signature, the same promise: 200 after the commit. Served by granian as WSGI.
"""

import json
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sojourn.site.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402  # after setup
from django.core.wsgi import get_wsgi_application  # noqa: E402  # after setup
from django.http import HttpRequest, HttpResponse  # noqa: E402  # after setup
from django.urls import path  # noqa: E402  # after setup
from django.utils.timezone import now  # noqa: E402  # after setup

from sojourn.foundation.access.pages import machine_endpoint  # noqa: E402  # after setup
from sojourn.foundation.identifiers import uuid7  # noqa: E402  # after setup
from sojourn.response.outreach.inbox.envelope import Request, arrived  # noqa: E402  # after setup
from sojourn.response.outreach.inbox.writer import sealed_words  # noqa: E402  # after setup
from sojourn.response.outreach.models import Inbound, Provider  # noqa: E402  # after setup
from sojourn.response.outreach.operations.inbox import secret_of  # noqa: E402  # after setup


@machine_endpoint
def take_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Keep one reply."""
    provider = Provider.objects.get(pk=provider_id)
    headers = {name.lower(): value for name, value in request.headers.items()}
    envelope = Request("POST", b"", headers, request.body)
    message = arrived(envelope, form=provider.form, secret=secret_of(provider))
    key = uuid7()
    Inbound.objects.get_or_create(
        provider=provider,
        provider_message_id=message.provider_message_id,
        defaults={
            "id": key,
            "channel": provider.channel,
            "sender_address": message.address,
            "sealed": sealed_words(text=message.text, raw=message.raw, row=key),
            "received_at": now(),
        },
    )
    return HttpResponse(json.dumps({}))


urlpatterns = [path("in/<uuid:provider_id>/", take_in)]
settings.ROOT_URLCONF = __name__
application = get_wsgi_application()
