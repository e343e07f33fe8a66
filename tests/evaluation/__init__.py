"""What tests/accuracy.py is made of."""
