"""From estimates and declared worth to a cash-flow: pure, no clock, no randomness."""
