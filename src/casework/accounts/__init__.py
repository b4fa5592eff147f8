"""Key accounts: risk registers, what risks could cost, decision trees, paths of a dispute."""
