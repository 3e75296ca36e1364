"""Parts of the composition root: each puts a few rooms together, as `app` does with all of them."""
