"""Run code that is not trusted: in a process of its own, with limits that the kernel keeps."""
