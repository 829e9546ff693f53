"""feeds.yaml becomes Settings: plain values for everyone else, or every mistake with its place.

environment  `${NAME}` and .env
feeds_yaml   text ▶ data with places
values       what a scalar may be; durations: spans of time
sections     the models of the sections, with the defaults in them
checking     each section by itself, then what they say of each other; watches: their terms
loading      what is right ▶ Settings (plain)
shown        the settings in force, and the JSON Schema
"""
