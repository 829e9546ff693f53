"""The command line from a checkout: `python run.py [--config feeds.yaml] COMMAND`."""

from aggregator.cli import main

if __name__ == "__main__":
    main()
