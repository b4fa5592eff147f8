"""Parts of the benchmark of the execution engine; each peer runs in processes of its own."""
