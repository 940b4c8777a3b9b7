"""Companies whose true effects are known."""
