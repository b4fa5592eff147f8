"""Provisions and portfolio loss: loss rates, provision matrix, expected loss, concentration, loss distribution."""
