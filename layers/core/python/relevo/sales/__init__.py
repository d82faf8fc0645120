"""From a question to a sale: what the company sells, what is in stock, quotes, orders."""

from relevo.sales import catalogue, commissions, inventory, orders, quotes, reports
from relevo.sales.answers import concerning, take_answer
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
from relevo.sales.pricing import DiscountTooLarge, NewLine
from relevo.sales.quotes import NewQuote, NotPossible, Quote, Seller
from relevo.sales.sending import send_quote, send_receipt
from relevo.sales.settings import SETTINGS

__all__ = [
    "IMAGES",
    "SETTINGS",
    "Code",
    "CodeMatch",
    "CodeTaken",
    "Currency",
    "DiscountTooLarge",
    "Fit",
    "Link",
    "Long",
    "NewLine",
    "NewProduct",
    "NewQuote",
    "NotPossible",
    "Price",
    "Product",
    "Quote",
    "Seller",
    "Short",
    "Vehicle",
    "catalogue",
    "commissions",
    "concerning",
    "inventory",
    "orders",
    "quotes",
    "reports",
    "send_quote",
    "send_receipt",
    "take_answer",
]
