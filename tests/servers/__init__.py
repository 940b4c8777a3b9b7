"""Engines that run beside the tests: started once, used by all of them, and stopped by what started them."""
