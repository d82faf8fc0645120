"""Calls to the networks: one request each, never repeated here, and its outcome as what it means for the post."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from relevo.channels.reading import fields, number, text
from relevo.social.publishing.errors import Refused, Remedy, Unanswered, of_graph, of_tiktok

CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 30.0
_pool: Any = urllib3.PoolManager(maxsize=4, retries=False)


def send(method: str, url: str, body: bytes | None, headers: dict[str, str]) -> Any:
    """The response, whatever its status. Raises Refused when nothing left this machine, Unanswered when nobody knows
    what became of the request."""
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=ANSWER_SECONDS)
    try:
        return _pool.request(method, url, body=body, headers={"User-Agent": "Relevo", **headers}, timeout=timeout)
    except (NewConnectionError, ConnectTimeoutError) as error:
        raise Refused(Remedy.RETRY, "unreachable", f"the network cannot be reached: {error}") from error
    except (HTTPError, OSError) as error:
        raise Unanswered(f"the connection broke after the request: {error!r}") from error


def _json(response: Any) -> dict[str, Any]:
    try:
        return fields(json.loads(response.data))
    except ValueError:
        return {}


def _is_gateways(status: int, answer: dict[str, Any]) -> bool:
    """A gateway's answer speaks only for the gateway: what stands behind it may have done its work."""
    return status in (502, 504) and not answer.get("error")


@dataclass(frozen=True)
class Graph:
    """Meta's Graph API, with the token of one account."""

    url: str
    version: str
    token: str

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """Read. Raises Refused and Unanswered."""
        return self._call("GET", f"{path}?{urlencode(query)}", None)

    def post(self, path: str, **form: str) -> dict[str, Any]:
        """Write. Raises Refused when it had no effect, Unanswered when nobody knows."""
        return self._call("POST", path, urlencode(form).encode())

    def _call(self, method: str, path: str, body: bytes | None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        response = send(method, f"{self.url.rstrip('/')}/{self.version}/{path}", body, headers)
        answer = _json(response)
        if response.status == 200 and "error" not in answer:
            return answer
        if _is_gateways(response.status, answer):
            raise Unanswered(f"a gateway gave up waiting: HTTP {response.status}")
        error = fields(answer, "error")
        code, subcode = error.get("code"), error.get("error_subcode")
        message = text(error.get("error_user_msg")) or text(error.get("message")) or f"HTTP {response.status}"
        raise of_graph(
            response.status,
            code if type(code) is int else None,
            subcode if type(subcode) is int else None,
            message,
        )


@dataclass(frozen=True)
class TikTok:
    """TikTok's API, with the token of one creator."""

    url: str
    token: str

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        """The `data` of an answer. Raises Refused when the call had no effect, Unanswered when nobody knows."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json; charset=UTF-8"}
        response = send("POST", f"{self.url.rstrip('/')}{path}", json.dumps(body).encode(), headers)
        answer = _json(response)
        error = fields(answer, "error")
        code = text(error.get("code"))
        if response.status == 200 and code in ("ok", ""):
            return fields(answer, "data")
        if _is_gateways(response.status, answer):
            raise Unanswered(f"a gateway gave up waiting: HTTP {response.status}")
        raise of_tiktok(code or f"http_{response.status}", text(error.get("message")), response.status)

    @staticmethod
    def put(url: str, content: bytes, mime_type: str, start: int, total: int) -> int:
        """Hand over a part of a video; the HTTP status. Raises Refused and Unanswered."""
        headers = {"Content-Type": mime_type, "Content-Range": f"bytes {start}-{start + len(content) - 1}/{total}"}
        response = send("PUT", url, content, headers)
        if response.status in (200, 201, 206):
            return int(response.status)
        if response.status in (502, 504):
            raise Unanswered(f"a gateway gave up waiting: HTTP {response.status}")
        if response.status in (403, 404, 416):
            raise Refused(Remedy.RETRY, "upload_gone", f"the upload is over: HTTP {response.status}", anew="init")
        raise of_tiktok(f"upload_{response.status}", f"HTTP {response.status}", response.status)


def refreshed(url: str, kept: dict[str, Any]) -> dict[str, Any]:
    """A creator's tokens made new by their refresh token: `access_token`, `refresh_token`, `expires_in` and
    `refresh_expires_in` in seconds. Raises Refused and Unanswered."""
    form = {name: text(kept.get(name)) for name in ("client_key", "client_secret", "refresh_token")}
    body = urlencode(form | {"grant_type": "refresh_token"}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    response = send("POST", f"{url.rstrip('/')}/v2/oauth/token/", body, headers)
    answer = _json(response)
    if response.status == 200 and text(answer.get("access_token")):
        return {
            "access_token": text(answer["access_token"]),
            "refresh_token": text(answer.get("refresh_token")) or form["refresh_token"],
            "expires_in": number(answer.get("expires_in")),
            "refresh_expires_in": number(answer.get("refresh_expires_in")),
        }
    raise of_tiktok(
        text(answer.get("error")) or f"http_{response.status}", text(answer.get("error_description")), response.status
    )
