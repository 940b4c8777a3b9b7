"""A simulated software company: its model, its records block by block, and the true effects of its studies."""
