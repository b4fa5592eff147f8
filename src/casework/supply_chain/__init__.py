"""Supply-chain models: inventory, bullwhip, multi-echelon stock, networks, structure."""
