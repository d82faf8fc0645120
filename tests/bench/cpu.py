"""CPU time of other processes: what a figure costs, which a busy machine changes less than how long it takes."""

from __future__ import annotations

import os
from pathlib import Path


def postmaster(data: Path) -> int:
    """The process id of the server whose data lives in `data`."""
    return int((data / "postmaster.pid").read_text(encoding="utf-8").split()[0])


def of_server(postmaster: int) -> float:
    """Seconds the server has used: its own, those of its ended processes and of the living ones."""
    fields = [_stat(postmaster)] + [_stat(int(child)) for child in _children(postmaster)]
    ticks = sum(sum(map(int, stat[11:13])) for stat in fields) + sum(map(int, fields[0][13:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def of_process(pid: int) -> float:
    """Seconds one process has used."""
    return sum(map(int, _stat(pid)[11:13])) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
