"""What values look like: columns, tensors and params. Knows no model and no HTTP."""
