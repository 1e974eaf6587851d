"""Sojourn protects migrants when the country they are in is hit by conflict or disaster."""
