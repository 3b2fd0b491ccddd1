"""From a service to a folder that others can run: what goes in, how it is written, stored and read back."""
