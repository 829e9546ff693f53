"""How each backend's schema came to be: named steps, appended and never edited."""
