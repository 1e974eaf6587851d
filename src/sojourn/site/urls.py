"""Addresses. Each app brings its own; each view declares its audience (see access.pages)."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
