"""`make bench`: every figure as one JSON object a line, `{"name", "value", "unit", …}`.

A module `bench_*.py` holds one `run()` that yields its figures. Name modules to run only those:
`python -m tests.bench imports pipeline`.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path


def main() -> None:

    os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "ERROR")
    known = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    chosen = sys.argv[1:] or known
    if unknown := set(chosen) - set(known):
        sys.exit(f"no benchmark is called {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    for name in chosen:
        print(f"-- {name}", file=sys.stderr)
        for figure in importlib.import_module(f"tests.bench.bench_{name}").run():
            print(json.dumps(figure), flush=True)


main()
