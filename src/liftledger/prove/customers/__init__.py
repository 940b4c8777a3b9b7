"""What customer bases are worth: asks the records, fits the models, and says all of it in the report's words."""
