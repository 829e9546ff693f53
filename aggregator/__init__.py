"""An RSS, Atom and JSON Feed monitor.  Imports nothing, so that no circle can form."""

__version__ = "0.1.0"
