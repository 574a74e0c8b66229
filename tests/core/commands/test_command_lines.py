"""The command lines of web, worker and beat: the settings reach them."""

from core.commands.processes import address, all_commands, web_command
from tests.core.setting_values import settings


def test_the_settings_reach_the_command_lines_of_the_processes() -> None:
    web = web_command(settings(host="::1", port=9000, web_workers=3, stop_grace=7))
    assert (
        web[web.index("--bind") + 1],
        web[web.index("--workers") + 1],
        web[web.index("--graceful-timeout") + 1],
    ) == ("[::1]:9000", "3", "7")
    assert address(settings()) == "127.0.0.1:8000"


def test_processes_restart_on_a_change_only_with_reload() -> None:
    assert list(all_commands(settings())) == ["web", "worker", "beat"]
    assert not any("watchfiles" in command for command in all_commands(settings()).values())
    assert all("watchfiles" in command for command in all_commands(settings(reload=True)).values())
