"""Forms in the notebook: compositions of ipywidgets over plain functions that work without them."""
