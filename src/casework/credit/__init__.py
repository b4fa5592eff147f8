"""Credit assessment: scorecard, rating, early warning from receivables, provisions and portfolio loss."""
