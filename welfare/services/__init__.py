"""What people do, one module per noun. Services check, act and record; the edge commits."""
