"""The stacks, each built from the catalogue and a stage's settings, in the order in which they are deployed."""
