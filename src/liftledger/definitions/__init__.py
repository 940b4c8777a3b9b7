"""liftledger.yaml -> domain: every mistake at once, with file and line."""

from liftledger.definitions.digest import digest
from liftledger.definitions.expressions import parse_expression
from liftledger.definitions.plan import read_plan
from liftledger.definitions.reader import read
from liftledger.definitions.schema import schema

__all__ = ["digest", "parse_expression", "read", "read_plan", "schema"]
