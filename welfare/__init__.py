"""The building where people work: pages, commands, services and the rules of access."""
