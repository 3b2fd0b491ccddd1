"""Machine-learning frameworks: their inference methods and devices."""
