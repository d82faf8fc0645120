"""Calls to the AWS services whose protocol is JSON, signed by botocore and sent by urllib3, without building a client.

A boto3 client parses megabytes of service models at every cold start; the four operations Relevo makes on its hot paths
need a signature and a POST. Everything else (S3, SES, the WebSocket management API) uses boto3.
`AWS_ENDPOINT_URL` is honoured, as in boto3.
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from typing import Any, NamedTuple

import urllib3
from botocore.auth import S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from urllib3.exceptions import HTTPError

from relevo.errors import RetryableError

_PROTOCOL = {
    "sqs": ("AmazonSQS", "application/x-amz-json-1.0"),
    "events": ("AWSEvents", "application/x-amz-json-1.1"),
    "secretsmanager": ("secretsmanager", "application/x-amz-json-1.1"),
}


class Credentials(NamedTuple):
    """What a request is signed with."""

    access_key: str
    secret_key: str
    token: str | None


def pool(connections: int) -> Any:
    """Kept-alive connections for so many threads; passing faults are tried again three times."""
    return urllib3.PoolManager(
        maxsize=connections,
        timeout=urllib3.Timeout(connect=2, read=8),
        retries=urllib3.Retry(
            total=3,
            backoff_factor=0.1,
            status_forcelist=(500, 502, 503, 504),
            allowed_methods=None,
            raise_on_status=False,
        ),
    )


_pool: Any = pool(4)


def _credentials() -> Any:
    """A Lambda's own, from its environment; elsewhere (a laptop, a restored snapshot) wherever botocore looks.

    botocore's session takes 30 ms to import, which most functions so never pay.
    """
    if access_key := os.environ.get("AWS_ACCESS_KEY_ID"):
        return Credentials(access_key, os.environ["AWS_SECRET_ACCESS_KEY"], os.environ.get("AWS_SESSION_TOKEN"))
    return _session().get_credentials()


@lru_cache(maxsize=1)
def _session() -> Any:
    from botocore.session import Session

    return Session()


def _endpoint(service: str, region: str) -> str:
    return os.environ.get("AWS_ENDPOINT_URL") or f"https://{service}.{region}.amazonaws.com"


def call(service: str, operation: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Make one call, retried up to three times on a passing fault of the network or the service.

    Raises RetryableError with the service's own words when it refuses or cannot be reached.
    """
    target, content_type = _PROTOCOL[service]
    response = send(
        service,
        "POST",
        _endpoint(service, region()) + "/",
        json.dumps(payload, separators=(",", ":")).encode(),
        {"Content-Type": content_type, "X-Amz-Target": f"{target}.{operation}"},
    )
    if response.status != 200:
        raise RetryableError(
            f"{service} refused {operation} with {response.status}: {response.data[:500].decode(errors='replace')}"
        )
    answer: dict[str, Any] = json.loads(response.data or b"{}")
    return answer


def send(
    service: str, method: str, url: str, body: bytes, headers: dict[str, str] | None = None, *, pool: Any = None
) -> Any:
    """Send one signed request over `pool`, or over one for a handful of threads; the response, whatever its status.

    Raises RetryableError when the service cannot be reached.
    """
    request = AWSRequest(method, url, headers=headers or {}, data=body)
    SigV4Auth(_credentials(), service, region()).add_auth(request)
    prepared = request.prepare()
    try:
        return (pool or _pool).request(method, prepared.url, body=prepared.body, headers=dict(prepared.headers))
    except HTTPError as error:
        raise RetryableError(f"{service} cannot be reached for {method} {url}: {error}") from error


def presigned(
    service: str,
    url: str,
    query: dict[str, str],
    seconds: int,
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
) -> str:
    """An address whose holder may call it with our rights for so many seconds (at most as long as our own last);
    they must send these headers."""
    request = AWSRequest(method, url, params=query, headers=headers or {})
    S3SigV4QueryAuth(_credentials(), service, region(), expires=seconds).add_auth(request)
    signed: str = request.prepare().url
    return signed


def region() -> str:
    """The AWS region this process works in."""
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"


@lru_cache(maxsize=8)
def secret(name: str) -> dict[str, Any]:
    """A secret's JSON, fetched once per process. `secret.cache_clear()` after a rotation was noticed.

    A name that is itself JSON is the secret: how tests and replays, which have no Secrets Manager, state theirs.
    """
    if name.startswith("{"):
        inline: dict[str, Any] = json.loads(name)
        return inline
    value: dict[str, Any] = json.loads(call("secretsmanager", "GetSecretValue", {"SecretId": name})["SecretString"])
    return value


def put_secret(name: str, value: dict[str, Any]) -> None:
    """Give a secret another value. Raises RetryableError."""
    call("secretsmanager", "PutSecretValue", {"SecretId": name, "SecretString": json.dumps(value)})
