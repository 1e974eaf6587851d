"""Answers to what cannot be answered. Each is a sentence, and says what was kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token


@requires_csrf_token
def expired_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form is too old, without blaming the reader (CSRF_FAILURE_VIEW)."""
    return render(request, "403_csrf.html", status=403)
