"""What may come otherwise: scenarios, draws, what moves the NPV, and what to decide."""
