"""A stand-in for a company's inventory: SOAP 1.1 on loopback, with the faults such systems have."""

from infra.local.inventory.standin import Inventory, serving

__all__ = ["Inventory", "serving"]
