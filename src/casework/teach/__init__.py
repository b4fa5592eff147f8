"""What a trainee touches: explorers, and an own copy of the course."""
