"""PLS path modelling: causal models of satisfaction, estimated from indicators."""
