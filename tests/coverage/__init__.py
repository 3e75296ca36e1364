"""Branch coverage of each module, and the floor below which it must not fall."""
