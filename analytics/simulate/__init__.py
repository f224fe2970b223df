"""The simulation wing: a made-up force with known truth, written to plain files.

No nation, mission, unit or person here is real. What the figures show is that the pipeline works,
never that it is valid for real people.
"""
