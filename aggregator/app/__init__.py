"""The composition root: settings become a running monitor.  Only here is `storage` imported.

clock    what time it is
store    the store, opened for a command or brought to this version
parts    what the settings ask for: the door to the network, the children, the channels
monitor  all of it as one runner
"""
