"""A company as one JSON document: its branches and numbers, people, rules, customers, settings and articles.

summary = load(uow, parse(json.loads(text)), actor="operator")

Every part may be left out: a file with one branch adds that branch. Loading the same file again changes nothing.
"""

from relevo.company.configuring import configure
from relevo.company.document import Company, parse
from relevo.company.loading import load

__all__ = ["Company", "configure", "load", "parse"]
