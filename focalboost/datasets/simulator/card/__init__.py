"""Card payments with compromised terminals, stolen cards and large amounts."""
