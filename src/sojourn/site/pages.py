"""Addresses of the site itself."""

from django.urls import path

from sojourn.site import appearance, design, security_txt

app_name = "site"
urlpatterns = [
    path("language/", appearance.language, name="language"),
    path("appearance/", appearance.appearance, name="appearance"),
    path("design/", design.design, name="design"),
    path(security_txt.PATH, security_txt.security_txt, name="security_txt"),
]
