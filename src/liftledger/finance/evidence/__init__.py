"""What a benefit line rests on: estimates, assumptions, a prior and what a unit of effect is worth."""
