"""The release wing: from a frozen roster to a table that command may see."""
