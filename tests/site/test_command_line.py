"""The command `sojourn`: what it says, and the exit status it gives."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit import queries
from sojourn.foundation.audit.models import AuditEvent
from sojourn.site import cli


def test_without_a_command_the_usage_goes_to_standard_error_and_the_status_is_2(capsys):
    assert cli.main([]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "sojourn COMMAND" in printed.err


def test_help_goes_to_standard_output_and_the_status_is_0(capsys):
    assert cli.main(["--help"]) == 0
    assert "alerts read" in capsys.readouterr().out


@pytest.mark.parametrize("words", [*cli.FILE_COMMANDS, *cli.SITE_COMMANDS])
def test_every_command_is_in_the_usage(words):
    assert words == ("manage",) or " ".join(words) in cli.USAGE


def test_a_sound_chain_is_reported_as_json(register, capsys):
    register()
    audit.seal()
    call_command("verify_audit", "--json")
    verdict = json.loads(capsys.readouterr().out)
    assert verdict["sealed"] >= 1
    assert verdict["problems"] == []


def test_a_bent_chain_ends_with_status_1(register, capsys):
    register()
    audit.seal()
    AuditEvent.objects.update(by="user:somebody-else")
    with pytest.raises(CommandError) as failure:
        call_command("verify_audit")
    assert failure.value.returncode == 1
    assert "was changed" in capsys.readouterr().err


def test_without_a_database_it_is_said_in_one_line_and_the_status_is_2(monkeypatch):
    def no_table(**_given):
        raise OperationalError("no such table: audit_seal")

    monkeypatch.setattr(queries, "verify", no_table)
    with pytest.raises(CommandError, match="not prepared yet") as failure:
        call_command("verify_audit")
    assert failure.value.returncode == 2
