"""Statistics that the wings need: distributions and intervals, over plain numbers."""
