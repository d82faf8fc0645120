"""From a question to a sale: what the company sells, what is in stock, quotes, orders."""

from relevo.sales import catalogue
from relevo.sales.catalogue import (
    IMAGES,
    Code,
    CodeMatch,
    CodeTaken,
    Currency,
    Fit,
    Link,
    Long,
    NewProduct,
    Price,
    Product,
    Short,
    Vehicle,
)

__all__ = [
    "IMAGES",
    "Code",
    "CodeMatch",
    "CodeTaken",
    "Currency",
    "Fit",
    "Link",
    "Long",
    "NewProduct",
    "Price",
    "Product",
    "Short",
    "Vehicle",
    "catalogue",
]
