"""The line, written as a line: the only place where the order of the steps stands.

    due feed  ─ poll ─▶  fetch, parse, tell what is new             ▶ PollOutcome
    due entry ─ read ─▶  fetch the page, extract, find its story,
                         match, decide whom to tell                 ▶ ReadOutcome
    due alert ─ send ─▶  hand to its channel                        ▶ Delivery

A file a station.  Each function takes what was claimed and returns what is to be written, or writes
it where the next decision depends on it.  None raises for a dead site, a hostile page or a broken
channel.
"""
