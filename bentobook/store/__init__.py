"""The model store: BentoML's folder layout, written by one rename and read without trust."""
