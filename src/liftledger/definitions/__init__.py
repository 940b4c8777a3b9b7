"""liftledger.yaml -> domain: every mistake at once, with file and line."""
