"""Many runs of one study: which, in what order, with what outcome."""
