"""Customers who bought this also bought."""

from collections import Counter

from serving import serve

BASKETS = [{1, 2}, {1, 3}, {2, 3}, {1, 2, 3}, {2, 4}]


def recommend(request):
    product = int(request["product"])
    together = Counter(other for basket in BASKETS if product in basket for other in basket - {product})
    return {"products": [other for other, _ in together.most_common(3)]}


if __name__ == "__main__":
    serve(recommend)
