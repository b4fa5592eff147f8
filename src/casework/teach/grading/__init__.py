"""Grade submissions: repair them, run them confined and in parallel, judge, keep the book, write feedback."""
