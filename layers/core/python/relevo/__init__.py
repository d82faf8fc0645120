"""Relevo: serverless customer operations."""

__version__ = "0.1.0"
