"""From the code of a cell to a module, and from a service to a Bento."""
