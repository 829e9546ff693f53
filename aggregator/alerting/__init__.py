"""The third station: matches become messages to people."""
