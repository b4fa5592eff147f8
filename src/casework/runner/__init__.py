"""One run: checked first, executed in a folder of its own, with a status and a manifest of its own."""
