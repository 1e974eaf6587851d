"""A site with an https address passes every deployment check and sets every cookie for itself alone."""

import json
import os
import subprocess
import sys

import pytest

ASK = """
import json, django
from django.conf import settings
django.setup()
names = json.loads(input())
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def run(command, tmp_path, *, given="", **environment):
    return subprocess.run(
        [sys.executable, *command],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        env={
            "PATH": os.environ["PATH"],
            "SOJOURN_HOME": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "sojourn.site.settings",
            **environment,
        },
    )


def settings_with(names, tmp_path, **environment):
    done = run(["-c", ASK], tmp_path, given=json.dumps(names), **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_deployment_check_passes(tmp_path):
    done = run(
        ["-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        tmp_path,
        SOJOURN_URL="https://sojourn.example",
    )

    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_the_check_would_find_a_site_without_https(tmp_path):
    done = run(["-m", "django", "check", "--deploy", "--fail-level", "WARNING"], tmp_path)

    assert done.returncode != 0
    assert "security.W008" in done.stderr


COOKIES = ["SESSION_COOKIE", "CSRF_COOKIE", "LANGUAGE_COOKIE"]


@pytest.mark.parametrize("cookie", COOKIES)
def test_with_https_a_cookie_is_secure_and_out_of_reach_of_scripts(tmp_path, cookie):
    names = [f"{cookie}_{what}" for what in ("SECURE", "HTTPONLY", "SAMESITE", "PATH", "DOMAIN")]
    found = settings_with(names, tmp_path, SOJOURN_URL="https://sojourn.example")

    assert list(found.values()) == [True, True, "Lax", "/", None]


def test_with_https_the_cookies_of_staff_are_bound_to_the_host(tmp_path):
    names = ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME"]

    found = settings_with(names, tmp_path, SOJOURN_URL="https://sojourn.example")
    assert all(name.startswith("__Host-") for name in found.values())
    assert len(set(found.values())) == 2

    found = settings_with(names, tmp_path)  # a browser refuses the prefix without https
    assert not any(name.startswith("__Host-") for name in found.values())


def test_a_browser_is_told_to_come_by_https_only(tmp_path):
    names = ["SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_SSL_REDIRECT"]

    found = settings_with(names, tmp_path, SOJOURN_URL="https://sojourn.example")

    assert found["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600
    assert found["SECURE_SSL_REDIRECT"]


def test_a_former_secret_key_still_opens_what_it_signed(tmp_path):
    make = "import django; django.setup(); from django.core import signing; "
    old = {"SOJOURN_SECRET_KEY": "old" * 20}
    made = run(["-c", make + "print(signing.dumps('x'))"], tmp_path, **old).stdout.strip()
    read = make + "print(signing.loads(input()))"

    new = {"SOJOURN_SECRET_KEY": "new" * 20}
    assert run(["-c", read], tmp_path, given=made, **new).returncode != 0
    both = new | {"SOJOURN_SECRET_KEY_FALLBACKS": "old" * 20}
    assert run(["-c", read], tmp_path, given=made, **both).stdout.strip() == "x"
