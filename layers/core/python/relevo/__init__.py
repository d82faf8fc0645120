"""Relevo: serverless customer operations."""
