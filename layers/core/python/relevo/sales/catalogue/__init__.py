"""What the company sells: products by code and by words, imported by the thousand.

catalogue.search(uow, "balata versa 2016").items      # typos and accents forgiven
catalogue.by_code(uow, "BAL-4471")
catalogue.closest_codes(uow, "8AL 447I")              # as a camera reads it
"""

from relevo.sales.catalogue.codes import CodeMatch, closest_codes, read_codes
from relevo.sales.catalogue.importing import Imported, Rejected, check, import_rows, imported, settle
from relevo.sales.catalogue.products import (
    IMAGES,
    Code,
    CodeTaken,
    Currency,
    Fit,
    Link,
    Long,
    NewProduct,
    Price,
    Product,
    Short,
    by_code,
    change,
    create,
    get,
    get_many,
)
from relevo.sales.catalogue.searching import MOST, Page, Vehicle, search

__all__ = [
    "IMAGES",
    "MOST",
    "Code",
    "CodeMatch",
    "CodeTaken",
    "Currency",
    "Fit",
    "Imported",
    "Link",
    "Long",
    "NewProduct",
    "Page",
    "Price",
    "Product",
    "Rejected",
    "Short",
    "Vehicle",
    "by_code",
    "change",
    "check",
    "closest_codes",
    "create",
    "get",
    "get_many",
    "import_rows",
    "imported",
    "read_codes",
    "search",
    "settle",
]
