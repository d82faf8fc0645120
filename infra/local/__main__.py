"""`python -m infra.local run` brings the laptop environment up until Ctrl-C; `reset` forgets its data."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path
from types import FrameType

from infra.local.environment import ROOT, Environment, Ports, reset
from infra.local.errors import CannotStart
from infra.local.progress import Progress

FOLDER = ROOT / ".relevo"


def main(arguments: list[str]) -> int:
    """0 after Ctrl-C or a reset, 1 when something kept it from starting, 2 for a wrong word."""
    if arguments not in (["run"], ["reset"]):
        print("usage: python -m infra.local run|reset", file=sys.stderr)
        return 2
    progress = Progress()
    try:
        if arguments == ["reset"]:
            reset(FOLDER)
            progress.console.print("the local data is forgotten")
        else:
            _run(FOLDER, progress)
    except CannotStart as error:
        if error.detail:
            progress.console.print(error.detail, style="dim", markup=False, soft_wrap=True)
        progress.console.print(f"cannot go on: {error}", style="bold red", markup=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        progress.console.print("stopped")
    return 0


def _run(folder: Path, progress: Progress) -> None:
    signal.signal(signal.SIGTERM, _interrupt)
    started = time.monotonic()
    with Environment(folder, Ports.from_environment(), progress) as environment:
        progress.console.print(f"\n{_addresses(environment)}\n", markup=False, soft_wrap=True)
        progress.console.print(f"ready in {time.monotonic() - started:.0f} s; Ctrl-C stops it, the data stays\n")
        while (ended := environment.ended()) is None:
            time.sleep(0.5)
        raise CannotStart(f"the {ended} ended by itself", f"read {folder / 'logs' / ended}.log and run it again")


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _addresses(environment: Environment) -> str:
    from infra.local import seed

    lines = {
        "Console": environment.console_url,
        "Sign in as": f"lucia@relevo.example (supervisor) or admin@relevo.example, password {seed.PASSWORD}",
        "Customer simulator": environment.simulator_url,
        "Social networks": environment.networks_url,
        "API": environment.browser_api_url,
        "API, by number": f"'{environment.api_url}'",
        "API documentation": f"{environment.browser_api_url}/api/docs",
        "API key": environment.api_key,
        "Database": environment.database_url,
        "Logs": str(environment.folder / "logs"),
    }
    return "\n".join(f"   {what:<20} {where}" for what, where in lines.items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
