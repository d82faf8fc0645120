"""How fast this Python is, for the Makefile to choose among those of a machine: `<milliseconds>\t<its path>`.

Fails where it does not serve: the version is another, or it cannot make virtual environments. Older versions must be
able to read this to say so.
"""

import sys
import time

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    version = ".".join(map(str, sys.version_info[:3]))
    sys.exit(f"Relevo needs Python 3.11, 3.12 or 3.13; this is {version}. Or: make PYTHON=/path/to/one")

try:
    import ensurepip  # noqa: F401
    import venv  # noqa: F401
except ImportError:
    sys.exit(f"{sys.executable} cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv")


def _work():
    """A little of what most of the project's time goes into: calls, attributes, dictionaries and text."""
    counts = {}
    for number in range(30000):
        key = f"word {number % 97}"
        counts[key] = counts.get(key, 0) + len(key.split())
    return sorted(counts.items(), key=lambda item: item[1])


def _milliseconds():
    started = time.perf_counter()
    _work()
    return (time.perf_counter() - started) * 1000


print(f"{min(_milliseconds() for _ in range(7)):.2f}\t{sys.executable}")
