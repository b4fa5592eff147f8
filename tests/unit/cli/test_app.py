from casework.cli.app import app, data_app

WANTED = {
    "sweep",
    "compare",
    "explain",
    "export",
    "clean",
    "list",
    "show",
    "run",
    "report",
    "runs",
    "verify",
    "validate",
    "start",
    "lab",
    "sync",
    "doctor",
}


def test_every_command_is_there_and_says_what_it_does() -> None:
    commands = [*app.registered_commands, *data_app.registered_commands]
    assert {command.name for command in app.registered_commands} == WANTED
    assert {command.name for command in data_app.registered_commands} == {"list", "show", "check", "template"}
    assert all(command.callback is not None and command.callback.__doc__ for command in commands)
