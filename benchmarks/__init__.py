"""Speed, measured against a bare floor in the same run; a ratio travels, a rate does not."""
