"""Inventory policies: how much to order, when, and how much to keep, for one SKU or a whole column of them."""
