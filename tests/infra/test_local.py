"""The laptop environment's own parts: clear refusals, nothing left behind, deploying only what changed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from infra.local import processes
from infra.local.environment import Environment, Ports, reset
from infra.local.errors import CannotStart
from infra.local.fingerprint import fingerprint
from infra.local.processes import Service
from infra.local.progress import Silent


def test_a_busy_port_is_refused_with_the_variable_that_moves_it(tmp_path: Path) -> None:
    # Given somebody on the emulator's port
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = Ports(emulator=taken.getsockname()[1], simulator=processes.free_port())
        # When the environment starts, then it says what to do
        with (
            pytest.raises(CannotStart, match="RELEVO_EMULATOR_PORT=") as refused,
            Environment(tmp_path, ports, Silent()),
        ):
            pass
    assert "\n" not in str(refused.value)


def test_a_port_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_SIMULATOR_PORT", "four")
    with pytest.raises(CannotStart, match="RELEVO_SIMULATOR_PORT"):
        Ports.from_environment()


def test_a_second_environment_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    # Given a process that holds the folder
    hold = "import fcntl, sys, time; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); print(1, flush=True)"
    command = [sys.executable, "-c", f"{hold}; time.sleep(30)", str(tmp_path / "lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        # When another starts there, or its data are to be forgotten, then both are refused
        with pytest.raises(CannotStart, match="already running"), Environment(tmp_path, Ports.free(), Silent()):
            pass
        with pytest.raises(CannotStart, match="already running"):
            reset(tmp_path)
        holder.kill()


def test_a_reset_forgets_everything_in_the_folder(tmp_path: Path) -> None:
    # Given data
    folder = tmp_path / "data"
    (folder / "emulator").mkdir(parents=True)
    # When they are forgotten, twice, then they are gone
    reset(folder)
    reset(folder)
    assert not folder.exists()


def test_a_stopped_service_takes_its_children_with_it(tmp_path: Path) -> None:
    # Given a service with a child that ignores being asked
    child = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    parent = f"import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', {child!r}]); "
    code = parent + f"open({str(tmp_path / 'pid')!r}, 'w').write(str(p.pid)); time.sleep(60)"
    service = Service("parent", [sys.executable, "-c", code], os.environ, tmp_path / "log")
    deadline = time.monotonic() + 20
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    pid = int((tmp_path / "pid").read_text())
    # When it is stopped
    service.stop()
    # Then both are gone
    assert service.ended()
    while _is_alive(pid):
        assert time.monotonic() < deadline, "the child lives on"
        time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_service_that_ends_at_once_says_why(tmp_path: Path) -> None:
    # Given a service that cannot start
    service = Service("broken", [sys.executable, "-c", "raise SystemExit('no disk')"], os.environ, tmp_path / "log")
    # When it is waited for, then the end of its log is at hand
    with pytest.raises(CannotStart, match="ended while starting") as failed:
        service.wait_for_port(processes.free_port(), seconds=20)
    assert "no disk" in failed.value.detail


def test_a_failed_command_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="npm ci failed: check the network") as failed:
        processes.run(
            [sys.executable, "-c", "raise SystemExit('offline')"],
            os.environ,
            tmp_path / "log",
            "npm ci",
            "check the network",
        )
    assert "offline" in failed.value.detail


def test_the_fingerprint_changes_with_sources_and_settings_only(tmp_path: Path) -> None:
    # Given a project
    (tmp_path / "functions" / "route").mkdir(parents=True)
    handler = tmp_path / "functions" / "route" / "handler.py"
    handler.write_text("one")
    first = fingerprint(tmp_path, {"port": "1"})
    # When only what is compiled from it changes, or nothing, then it stays
    (tmp_path / "functions" / "route" / "__pycache__").mkdir()
    (tmp_path / "functions" / "route" / "__pycache__" / "handler.pyc").write_text("x")
    (tmp_path / "README.md").write_text("x")
    web = tmp_path / "functions" / "console" / "web"
    (web / "src").mkdir(parents=True)
    (web / "src" / "main.tsx").write_text("x")
    assert fingerprint(tmp_path, {"port": "1"}) == first
    # Then a source, a built application or a setting makes it another
    assert fingerprint(tmp_path, {"port": "2"}) != first
    (web / "dist").mkdir()
    (web / "dist" / "index.html").write_text("x")
    built = fingerprint(tmp_path, {"port": "1"})
    assert built != first
    handler.write_text("two")
    assert fingerprint(tmp_path, {"port": "1"}) not in (first, built)


def test_make_help_lists_every_command(tmp_path: Path) -> None:
    # Given make
    make = shutil.which("make")
    assert make is not None
    root = Path(__file__).parents[2]
    # When help is asked for
    shown = subprocess.run([make, "help"], cwd=root, capture_output=True, text=True, check=True).stdout
    # Then each command is one line
    listed = {line.split()[1] for line in shown.splitlines()}
    assert {"run", "reset", "test", "test-fast", "lint", "types", "bench", "synth", "deploy", "layers"} <= listed
