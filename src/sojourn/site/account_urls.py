"""Addresses of the door, the first page and one's own account. They have no namespace: all link here."""

from django.urls import path

from sojourn.site import accounts, home

urlpatterns = [
    path("", home.home, name="home"),
    path("login/", accounts.login, name="login"),
    path("login/factor/", accounts.login_factor, name="login_factor"),
    path("logout/", accounts.logout, name="logout"),
    path("account/", accounts.account, name="account"),
    path("account/password/", accounts.password, name="password"),
]
