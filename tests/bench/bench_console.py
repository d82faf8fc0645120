"""The console: how much JavaScript a browser fetches, and how soon an agent sees the list.

Sizes are gzip, as the `console` function sends them. The time runs from the start of the navigation of somebody who is
signed in to the first row of the list being painted, in Chromium on this machine: the page from the `console`
function's handler, the session renewed and the list read through `authorizer` and `api`, all in this process on
loopback, over a database of 10,000 messages. `cold` is a browser that was never here, `warm` one that holds the files.
AWS's own hops and the network are not in it.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from relevo import db
from relevo.website import Website
from tests.bench.bench_api import _serving, durable
from tests.support import people
from tests.support.bulk_conversations import messages
from tests.support.console_site import COOKIE, site

DIST = Path(__file__).parents[2] / "functions/console/web/dist"
MESSAGES, LOADS = 10_000, 12
_WARM_UP = 2
_ROW = "a[data-conversation]"
_WATCH = f"""
localStorage.setItem("relevo-signed-in", "1");
new MutationObserver((_, observer) => {{
  if (!document.querySelector("{_ROW}")) return;
  observer.disconnect();
  requestAnimationFrame(() => setTimeout(() => (window.listShownAt = performance.now())));
}}).observe(document, {{ childList: true, subtree: true }});
"""
_SHOWN = """async () => {
  while (window.listShownAt === undefined) await new Promise((again) => setTimeout(again, 5));
  const fetched = performance.getEntriesByType("resource").filter((each) => each.startTime <= window.listShownAt);
  return [window.listShownAt, fetched.map((each) => each.name)];
}"""


def run() -> Iterator[dict[str, Any]]:
    """Figures of size, then of time. SystemExit when the console is not built or there is no Chromium."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not (DIST / "index.html").exists() or chromium is None:
        raise SystemExit("the console is not built (make bench builds it), or there is no Chromium (make chromium)")
    os.environ["RELEVO_AUTH_SECRET"] = people.AUTH_SECRET
    with durable() as (url, _), _serving(url), site() as address, sync_playwright() as playwright:
        with psycopg.connect(url, autocommit=True) as connection:
            messages(connection, MESSAGES)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        took, fetched = _loads(browser, address)
        browser.close()
    yield from _sizes(fetched)
    for cache, times in took.items():
        value = round(statistics.median(times))
        yield {"name": f"console.first_list.{cache}", "value": value, "unit": "ms p50", "worst_ms": round(max(times))}


# --------------------------------------------------------------------------------------------------------------- size


def _sizes(first: set[str]) -> Iterator[dict[str, Any]]:
    """What the page itself names, what was fetched until the list stood, the largest of the rest, and all of it."""
    website = Website(DIST, "/console")
    page = (DIST / "index.html").read_text()
    size = {path.name: _sent(website, path.name) for path in (DIST / "assets").glob("*.js")}
    later = max(size.keys() - first, key=size.__getitem__)
    parts = {
        "entry": [name for name in size if name in page],
        "with_inbox": [name for name in size if name in first],
        "largest_lazy": [later],
        "total": list(size),
    }
    for part, names in parts.items():
        kilobytes = round(sum(size[name] for name in names) / 1000, 1)
        yield {"name": f"console.javascript.{part}", "value": kilobytes, "unit": "kB gzip", "files": len(names)}


def _sent(website: Website, name: str) -> int:
    asked = {"rawPath": f"/console/assets/{name}", "headers": {"accept-encoding": "gzip"}}
    return len(base64.b64decode(website.answer(asked)["body"]))


# --------------------------------------------------------------------------------------------------------------- time


def _loads(browser: Browser, address: str) -> tuple[dict[str, list[float]], set[str]]:
    """Milliseconds to the first list, cold and warm, and the scripts that were fetched until then."""
    with db.database().unit_of_work() as uow:
        email = people.user(uow, "supervisor").email
    took: dict[str, list[float]] = {"cold": [], "warm": []}
    fetched: set[str] = set()
    for turn in range(_WARM_UP + LOADS):
        context = browser.new_context(locale="es-MX", viewport={"width": 1440, "height": 900})
        with db.database().unit_of_work() as uow:
            token = people.sign_in(uow, email).refresh_token
        context.add_cookies([{"name": COOKIE, "value": token, "domain": "localhost", "path": "/api/auth"}])
        for cache, times in took.items():
            milliseconds, scripts = _load(context, address)
            if turn >= _WARM_UP:
                times.append(milliseconds)
            if cache == "cold":
                fetched |= scripts
        context.close()
    return took, fetched


def _load(context: BrowserContext, address: str) -> tuple[float, set[str]]:
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.goto(f"{address}/console/inbox?box=all", wait_until="commit")
    page.wait_for_selector(_ROW, timeout=60_000)
    at, urls = page.evaluate(_SHOWN)
    page.close()
    return at, {Path(urlsplit(url).path).name for url in urls if url.endswith(".js")}


if __name__ == "__main__":
    for line in run():
        print(json.dumps(line), flush=True)
