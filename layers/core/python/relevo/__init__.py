"""Relevo: serverless customer operations."""

import gc

__version__ = "0.1.0"

# What is imported stays. Looked through again and again while the rest is imported, it takes a tenth of a cold start.
gc.set_threshold(100_000, 10, 10)
