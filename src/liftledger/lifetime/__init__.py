"""What customers are worth over time: pure functions of purchase histories, tenures and monthly revenue."""
