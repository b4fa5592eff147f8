"""From what customers say to what can be measured: kinds, statements, sources, critical-to-quality trees."""
