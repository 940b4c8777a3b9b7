"""State: the derived tables that a refresh keeps, and what it knows of the records they were made of."""
