"""What an operator may set of a feature, each section for the feature that reads it. The whole tree is in `config`."""
