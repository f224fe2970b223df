"""Looking after the running program: is it well, how busy is it, what does it write down."""
