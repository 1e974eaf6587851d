"""Django's handle on the site."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Pages and commands that belong to no single app."""

    name = "sojourn.site"
    label = "site"
