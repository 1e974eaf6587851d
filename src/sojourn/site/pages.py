"""Addresses of the site itself."""

from django.urls import path

from sojourn.site import appearance, design

app_name = "site"
urlpatterns = [
    path("language/", appearance.language, name="language"),
    path("appearance/", appearance.appearance, name="appearance"),
    path("design/", design.design, name="design"),
]
