"""The rules of each dialect: what sqlglot does not know of its engine, or gets wrong."""
