"""Live updates: the feed of each branch, who is connected, who looks and types, and posting to browsers."""
