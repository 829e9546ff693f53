"""The first station: a due feed becomes new entries."""
