"""What comments of customers say: masking, topics, and sentiment with honest scores."""
