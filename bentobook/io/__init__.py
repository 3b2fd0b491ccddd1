"""Descriptors of what an API takes and gives: bytes to values and back, checked."""
