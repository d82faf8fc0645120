"""Ask a company's inventory over SOAP, as its WSDL describes it: `consultarInventario(codigo, sucursal)`.

The answer is a number, or holds one called `existencia`, `cantidad`, `disponible`, `stock` or `quantity`.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from relevo.errors import NotFound, PermanentError, RetryableError

OPERATION = "consultarInventario"
_NAMES = ("existencia", "cantidad", "disponible", "stock", "quantity")
_MOST = Decimal(10) ** 11


def ask(wsdl: str, code: str, branch: str, *, timeout: float) -> Decimal:
    """How many of a product a branch has. `timeout` is in seconds, for the connection and for each wait.

    Raises NotFound when the inventory does not know the product, and RetryableError for every answer that is none.
    """
    # Slow to import, and only what asks needs them.
    from lxml.etree import LxmlError
    from requests.exceptions import RequestException
    from zeep.exceptions import Error, Fault

    try:
        answer = getattr(_service(wsdl, timeout), OPERATION)(codigo=code, sucursal=branch)
    except Fault as fault:
        if str(fault.code or "").rpartition(":")[2] == "Client":
            raise NotFound(f"the inventory does not know {code}: {fault.message}") from fault
        raise RetryableError(f"the inventory failed: {fault.message}") from fault
    except AttributeError as error:
        raise RetryableError(f"the inventory's WSDL has no operation {OPERATION}") from error
    except (Error, RequestException, LxmlError, OSError, ValueError, TypeError, ArithmeticError) as error:
        raise RetryableError(f"the inventory did not answer: {error!r}") from error
    return _quantity(answer)


@lru_cache(maxsize=2)
def _service(wsdl: str, timeout: float) -> Any:
    """What the WSDL describes, read once; an error is not remembered."""
    from requests import Session
    from zeep import Client
    from zeep.transports import Transport

    return Client(wsdl, transport=Transport(session=Session(), timeout=timeout, operation_timeout=timeout)).service


def _quantity(answer: Any) -> Decimal:
    found = answer
    if not isinstance(answer, int | float | Decimal | str):
        found = next((value for name in _NAMES if (value := getattr(answer, name, None)) is not None), None)
    try:
        quantity = Decimal(str(found))
    except InvalidOperation as error:
        raise RetryableError(f"the inventory answered no quantity but {found!r}") from error
    if not quantity.is_finite() or abs(quantity) >= _MOST:
        raise PermanentError(f"the inventory answered no quantity but {found!r}")
    return max(quantity, Decimal(0)).quantize(Decimal("0.001"))


def forget() -> None:
    """Read the WSDL anew at the next call."""
    _service.cache_clear()
