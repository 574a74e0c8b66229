"""The catalogue's tables, and the values that its products and imports are made of."""
