"""What moves satisfaction."""
