"""The shop: catalogue, orders and the tasks around them."""
