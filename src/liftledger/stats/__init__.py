"""Pure: moments -> estimates; one method, one file."""
