"""The foundation: what is kept, how it is sealed, what is asked. Knows no web and no science."""
