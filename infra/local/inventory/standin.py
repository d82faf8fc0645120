"""What the stand-in answers, and a server for it."""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal, NamedTuple
from xml.etree import ElementTree
from xml.sax.saxutils import escape

Failure = Literal["fault", "unknown", "timeout", "garbage", "500", "no quantity"]
PATH = "/inventario"
_WSDL = (Path(__file__).parent / "inventory.wsdl").read_text(encoding="utf-8")
_ENVELOPE = "{http://schemas.xmlsoap.org/soap/envelope/}"
_OURS = "{urn:inventario}"


class Answer(NamedTuple):
    status: int
    body: str


class Inventory:
    """What branches have: `counts` where it is told, else a number from 0 to 39 that a code and a branch always give.

    `fail` holds what goes wrong with the next calls, in order; `broken` with all of them.
    """

    def __init__(self) -> None:
        self.counts: dict[tuple[str, str], Decimal] = {}
        self.asked: list[tuple[str, str]] = []
        self.fail: list[Failure] = []
        self.broken: Failure | None = None
        self.address = ""
        self.slow_seconds = 1.0

    def wsdl(self) -> str:
        return _WSDL.replace("{address}", self.address)

    def answer(self, request: bytes, action: str) -> Answer:
        """The answer to a SOAP request."""
        try:
            asked = ElementTree.fromstring(request).find(f"{_ENVELOPE}Body/{_OURS}consultarInventario")
        except ElementTree.ParseError:
            asked = None
        if asked is None or action.strip('"') != "urn:inventario#consultarInventario":
            return _fault("Client", "no such operation")
        code, branch = (asked.findtext(f"{_OURS}{name}") or "" for name in ("codigo", "sucursal"))
        self.asked.append((code, branch))
        failure = self.broken or (self.fail.pop(0) if self.fail else None)
        if failure is not None:
            return self._failed(failure)
        told = zlib.crc32(f"{code} {branch}".encode()) % 40
        return _told(code, str(self.counts.get((code, branch), told)))

    def _failed(self, failure: Failure) -> Answer:
        if failure == "timeout":
            time.sleep(self.slow_seconds)
        answers = {
            "fault": _fault("Server", "base de datos no disponible"),
            "unknown": _fault("Client", "código desconocido"),
            "garbage": Answer(200, "<html><body>Mantenimiento programado<br></body>"),
            "500": Answer(500, "Internal Server Error"),
            "no quantity": _told("X", "muchos"),
            "timeout": _fault("Server", "tarde"),
        }
        return answers[failure]


def _told(code: str, quantity: str) -> Answer:
    body = f"<codigo>{escape(code)}</codigo><existencia>{escape(quantity)}</existencia>"
    return Answer(
        200, _enveloped(f'<consultarInventarioResponse xmlns="urn:inventario">{body}</consultarInventarioResponse>')
    )


def _fault(who: str, reason: str) -> Answer:
    told = f"<faultcode>soap:{who}</faultcode><faultstring>{escape(reason)}</faultstring>"
    return Answer(500, _enveloped(f"<soap:Fault>{told}</soap:Fault>"))


def _enveloped(body: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
        f"<soap:Body>{body}</soap:Body></soap:Envelope>"
    )


@contextmanager
def serving() -> Iterator[Inventory]:
    """The stand-in on a free port of loopback; its WSDL stands at `address` + `?wsdl`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(Answer(200, inventory.wsdl()))

        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["Content-Length"]))
            self._send(inventory.answer(request, self.headers.get("SOAPAction", "")))

        def _send(self, answer: Answer) -> None:
            try:
                self.send_response(answer.status)
                self.send_header("Content-Type", "text/xml; charset=utf-8")
                self.send_header("Content-Length", str(len(answer.body.encode())))
                self.end_headers()
                self.wfile.write(answer.body.encode())
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # whoever asked did not wait

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    inventory = Inventory()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    inventory.address = f"http://127.0.0.1:{server.server_address[1]}{PATH}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield inventory
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
