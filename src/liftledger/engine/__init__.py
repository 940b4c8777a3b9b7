"""The only place that speaks SQL: facts -> cohort -> exact sums."""
