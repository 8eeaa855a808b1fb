"""Role assignments, and the rights that follow from them."""
