"""feeds.yaml becomes Settings: plain values for everyone else, or every mistake with its place.

file_text    bytes ▶ text
feeds_yaml   text ▶ data
document     that data, with the place of each value
environment  `${NAME}` and .env
values       what a scalar may be; durations: spans of time
sections     the models of the sections, with the defaults in them
checking     each section by itself, then what they say of each other; watches: their terms
loading      what is right ▶ Settings (plain)
shown        the settings in force, and the JSON Schema
"""
