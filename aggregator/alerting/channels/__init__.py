"""One file a channel; the file name is its type in feeds.yaml."""
