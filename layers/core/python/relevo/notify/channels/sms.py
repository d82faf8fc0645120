"""Text messages through SNS, as transactional ones: a notice's subject and as much of its text as two parts hold."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from relevo.errors import PermanentError, RetryableError, Throttled
from relevo.notify.notice import Notice
from relevo.notify.post import Unsettled
from relevo.notify.targets import Target

_LONGEST = 130
"""Characters: two parts of 67, as a message with accents has; each part is paid for."""
_PASSING = {"Throttling", "ThrottledException", "ThrottlingException", "InternalError", "InternalErrorException"}


@lru_cache(maxsize=1)
def _sns() -> Any:
    """The client, without retries of its own: it could not tell a lost answer from a lost request."""
    import boto3
    from botocore.config import Config

    return boto3.client("sns", config=Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=10))


def send(target: Target, notice: Notice) -> None:
    from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

    try:
        _sns().publish(
            PhoneNumber=target.address,
            Message=_short(notice),
            MessageAttributes={"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}},
        )
    except ClientError as error:
        raise _fault(error.response) from error
    except (EndpointConnectionError, ConnectTimeoutError) as error:
        raise RetryableError(f"SNS cannot be reached: {error}") from error
    except ReadTimeoutError as error:
        raise Unsettled("SNS did not answer; it may have accepted the message") from error


def _short(notice: Notice) -> str:
    """The subject, then the text's first line."""
    said = " · ".join([f"Relevo: {notice.subject}", *notice.text.splitlines()[:1]])
    return said if len(said) <= _LONGEST else said[: _LONGEST - 1].rstrip() + "…"


def _fault(response: Any) -> RetryableError | PermanentError:
    code, message = response["Error"]["Code"], response["Error"].get("Message", "")
    if code in _PASSING:
        return Throttled(f"SNS answered {code}: {message}", 0)
    if response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
        return RetryableError(f"SNS answered {code}: {message}")
    return PermanentError(f"SNS answered {code}: {message}")
