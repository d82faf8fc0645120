"""E-mail through SES (API v2)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from relevo.errors import PermanentError, RetryableError, Throttled
from relevo.notify.notice import Notice
from relevo.notify.post import Unsettled
from relevo.notify.targets import Target
from relevo.settings import settings

_PASSING = {
    "TooManyRequestsException",
    "LimitExceededException",
    "ThrottlingException",
    "InternalServiceErrorException",
}


@lru_cache(maxsize=1)
def _ses() -> Any:
    """The client, without retries of its own: it could not tell a lost answer from a lost request."""
    import boto3
    from botocore.config import Config

    return boto3.client("sesv2", config=Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=10))


def send(target: Target, notice: Notice) -> None:
    from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

    if not target.address:
        raise PermanentError("the agent has no e-mail address")
    try:
        _ses().send_email(
            FromEmailAddress=settings().email_sender or "relevo@example.com",
            Destination={"ToAddresses": [target.address]},
            Content={
                "Simple": {
                    "Subject": {"Data": notice.subject, "Charset": "UTF-8"},
                    "Body": {
                        "Text": {"Data": notice.text, "Charset": "UTF-8"},
                        "Html": {"Data": notice.html, "Charset": "UTF-8"},
                    },
                    **_pictures(notice),
                }
            },
        )
    except ClientError as error:
        raise _fault(error.response) from error
    except (EndpointConnectionError, ConnectTimeoutError) as error:
        raise RetryableError(f"SES cannot be reached: {error}") from error
    except ReadTimeoutError as error:
        raise Unsettled("SES did not answer; it may have accepted the e-mail") from error


def _pictures(notice: Notice) -> dict[str, Any]:
    """What its HTML shows, sent along: mail programs fetch nothing, and drop what stands in the page itself."""
    attached = [
        {
            "RawContent": content,
            "ContentDisposition": "INLINE",
            "ContentId": name,
            "FileName": f"{name}.png" if content.startswith(b"\x89PNG") else f"{name}.jpg",
            "ContentTransferEncoding": "BASE64",
            "ContentType": "image/png" if content.startswith(b"\x89PNG") else "image/jpeg",
        }
        for name, content in notice.pictures.items()
    ]
    return {"Attachments": attached} if attached else {}


def _fault(response: Any) -> RetryableError | PermanentError:
    code, message = response["Error"]["Code"], response["Error"].get("Message", "")
    if code in _PASSING:
        return Throttled(f"SES answered {code}: {message}", 0)
    if response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
        return RetryableError(f"SES answered {code}: {message}")
    return PermanentError(f"SES answered {code}: {message}")
