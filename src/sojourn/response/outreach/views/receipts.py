"""Where gateways report what became of a message. Each report carries the sign of its sender."""

import hmac
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST

from sojourn.foundation.access.pages import machine_endpoint
from sojourn.response.outreach.operations import outbox as operations
from sojourn.response.outreach.outbox.desk import receipts_sign

# Kannel's types: 1 delivered, 2 not delivered, 16 rejected; 4 and 8 are on the way (user guide, ch. 10).
KANNEL_ENDS: Final = {"1": True, "2": False, "16": False}


@machine_endpoint
@require_http_methods(["GET", "POST"])
def kannel(request: HttpRequest, sender_id: UUID, key: UUID) -> HttpResponse:
    """Take a delivery report in Kannel's form: `type` and `sign` in the query."""
    _check_sign(sender_id, request.GET.get("sign", ""))
    end = KANNEL_ENDS.get(request.GET.get("type", ""))
    if end is not None:
        operations.note_report(key=key, sender_id=sender_id, is_delivered=end, at=now())
    return HttpResponse("OK", content_type="text/plain")


@machine_endpoint
@require_POST
def external(request: HttpRequest, sender_id: UUID, sign: str, what: str) -> HttpResponse:
    """Take a report in the form of RapidPro's external channel: `id` in the body, `what` in the address."""
    _check_sign(sender_id, sign)
    try:
        key = UUID(request.POST.get("id", ""))
    except ValueError:
        return HttpResponseBadRequest("id is not one of ours", content_type="text/plain")
    if what == "stopped":
        operations.note_stop(key=key, sender_id=sender_id, at=now())
    elif what in {"delivered", "failed"}:
        operations.note_report(
            key=key, sender_id=sender_id, is_delivered=what == "delivered", at=now()
        )
    elif what != "sent":
        raise Http404
    return HttpResponse("OK", content_type="text/plain")


def _check_sign(sender_id: UUID, sign: str) -> None:
    """Refuse as if the address did not exist what does not carry the sender's sign."""
    if not hmac.compare_digest(sign.encode(), receipts_sign(sender_id).encode()):
        raise Http404
