"""Child processes of the laptop environment: each in a session of its own, logged to a file, stopped with its own.

Ctrl-C in a terminal reaches every process of the foreground group; a session of their own keeps the children out of it,
so that they are stopped in order and only once. On Linux the kernel stops them even when this process is killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.local.errors import CannotStart

_PR_SET_PDEATHSIG = 1
_GRACE_SECONDS = 8


class Service:
    """A server that runs until `stop`."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        self.name, self.log = name, log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )

    def wait_for_port(self, port: int, seconds: float) -> None:
        """Return when it listens. CannotStart, with the end of its log, when it ends or stays silent."""
        deadline = time.monotonic() + seconds
        while not is_listening(port):
            if self._process.poll() is not None:
                raise CannotStart(f"{self.name} ended while starting", f"read {self.log}", tail(self.log))
            if time.monotonic() > deadline:
                raise CannotStart(f"{self.name} did not answer on port {port}", f"read {self.log}", tail(self.log))
            time.sleep(0.05)

    def ended(self) -> bool:
        """True when it ended by itself."""
        return self._process.poll() is not None

    def stop(self) -> None:
        """Ask it to end, then make it and everything in its session end."""
        if self._process.poll() is None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_GRACE_SECONDS)
        with contextlib.suppress(ProcessLookupError):  # nobody of its group is left: as it should be
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def run(
    command: Sequence[str], env: Mapping[str, str], log: Path, what: str, remedy: str, folder: Path | None = None
) -> str:
    """Run a command in a folder to its end, its output in `log`; what it printed. CannotStart when it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w+") as output:
        process = subprocess.Popen(
            command,
            env=dict(env),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
        try:
            code = process.wait()
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait()
            raise
    if code:
        raise CannotStart(f"{what} failed", f"{remedy}; its output is in {log}", tail(log))
    return log.read_text()


def is_listening(port: int) -> bool:
    """True when somebody accepts connections on this port of the loopback interface."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
