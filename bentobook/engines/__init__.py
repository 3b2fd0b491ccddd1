"""What runs a Bento beside our own server."""
