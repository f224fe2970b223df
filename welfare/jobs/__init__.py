"""What the house does on its own, run by `serve` under a lease."""
