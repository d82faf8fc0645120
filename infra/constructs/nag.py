"""Written reasons for findings of cdk-nag that stay."""

from __future__ import annotations

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, finding: str, reason: str) -> None:
    """Accept one finding, named in full (with its bracketed detail), on a construct and what is inside it."""
    Validations.of(construct).acknowledge(Acknowledgment(id=finding, reason=reason))
