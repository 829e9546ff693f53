"""What the monitor shows over HTTP: whether it is well, and its figures."""
