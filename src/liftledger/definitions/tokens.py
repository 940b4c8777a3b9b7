"""The words of an expression: only those on the list get as far as the parser.

A short list of words before the parse, and a short list of nodes after it, so that neither a new keyword nor a new
construct of the parser can slip through.
"""

import re
from typing import Any

from liftledger.definitions.notes import Unfit

LENGTH_MAX = 4_000
NESTING_MAX = 20
DIGITS_MAX = 18  # a number fits in 64 bits
FUNCTIONS = ("abs", "coalesce")
KEYWORDS = frozenset({"and", "or", "not", "in", "is", "null", "between", "true", "false"})
SYMBOLS = frozenset({"=", "<>", "!=", "<", "<=", ">", ">=", "+", "-", "*", "(", ")", ","})

_LIKE = "list the values instead, such as status IN ('paid', 'sent')"
_SUBQUERY = "an expression sees one row of its own fact; make the other table a fact with its own metric"
_CASE = "use `where` for the rows that count, and another metric for the others"
_CAST = "declare the column's type under `columns` of the fact"
_DATE = "compare with a plain '2026-01-31' or '2026-01-31 18:00:00' (UTC)"
_DIVIDE = "use a metric of kind ratio; sums stay exact because nothing divides"
REFUSED = {
    **dict.fromkeys(("like", "ilike", "rlike", "regexp", "glob", "similar"), _LIKE),
    **dict.fromkeys(("select", "exists", "union", "with"), _SUBQUERY),
    "case": _CASE,
    **dict.fromkeys(("cast", "try_cast", "::"), _CAST),
    "interval": _DATE,
    **dict.fromkeys(("/", "//", "%"), _DIVIDE),
    "==": "write =",
    "||": "text cannot be joined; compare the columns one by one",
    ";": "an expression is one condition or one number",
}


def tokens(text: str) -> list[Any]:
    """The tokens of an expression, every name marked as one; Unfit where a word is not on the list."""
    if len(text) > LENGTH_MAX:
        raise Unfit(f"the expression has {len(text)} characters", f"at most {LENGTH_MAX} will do")
    control = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
    if control:
        raise Unfit(f"character {ord(control[0])} of ASCII stands in the expression", "remove it")
    found = _tokenize(text)
    if not found:
        raise Unfit("the expression is empty", "write one, or remove the key")
    _check_nesting(found)
    return [_allowed(token, following, text) for token, following in zip(found, [*found[1:], None], strict=True)]


def _tokenize(text: str) -> list[Any]:
    from sqlglot.dialects.duckdb import DuckDB
    from sqlglot.errors import SqlglotError

    try:
        return list(DuckDB().tokenize(text))
    except (SqlglotError, ValueError, RecursionError):
        raise Unfit("the expression cannot be read", "is a quote left open?") from None


def _check_nesting(found: list[Any]) -> None:
    """The parser recurses at each bracket and each sign, so both are counted before it starts."""
    level = signs = 0
    for token in found:
        level += (token.text == "(") - (token.text == ")")
        signs = signs + 1 if token.text.lower() in ("not", "-", "+") else 0
        if max(level, signs) > NESTING_MAX:
            raise Unfit(f"more than {NESTING_MAX} levels stand inside each other", "say it in fewer")


def _allowed(token: Any, following: Any, text: str) -> Any:
    """The token as the parser shall see it."""
    from sqlglot.tokenizer_core import TokenType

    written = text[token.start : token.end + 1]
    word = written.lower()
    if token.comments:
        raise Unfit("a comment stands in the expression", "put it in YAML, after #")
    if token.token_type == TokenType.STRING and written.startswith("'"):
        return token
    if written.startswith('"'):
        raise Unfit(f"{written} is in double quotes", f"put text in single quotes: '{token.text}'")
    if token.token_type == TokenType.NUMBER:
        return _number(token, written)
    if word in REFUSED:
        raise Unfit(f"{written.upper()} cannot be used", REFUSED[word])
    if word in KEYWORDS or word in SYMBOLS:
        return token
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", written):
        raise Unfit(
            f"'{written[:20]}' cannot be used",
            "use names, numbers, 'text', = <> < <= > >= + - * ( ) AND OR NOT IN IS NULL",
        )
    if following is not None and following.text == "(" and following.token_type == TokenType.L_PAREN:
        if word not in FUNCTIONS:
            raise Unfit(f"{written}(...) cannot be used", f"the functions are {' and '.join(FUNCTIONS)}")
        return _retagged(token, TokenType.VAR)
    return _retagged(token, TokenType.IDENTIFIER)


def _number(token: Any, written: str) -> Any:
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", written):
        raise Unfit(f"'{written}' is not a plain number", "write digits, with a point where needed")
    if len(written.replace(".", "").lstrip("0")) > DIGITS_MAX:
        raise Unfit(f"{written} has more than {DIGITS_MAX} digits", f"at most {DIGITS_MAX} will do")
    return token


def _retagged(token: Any, kind: Any) -> Any:
    from sqlglot.tokenizer_core import Token

    return Token(kind, token.text, token.line, token.col, token.start, token.end)
