"""Ranks products by how many words of the query their text has."""

from serving import serve

PRODUCTS = {1: "blue enamel mug", 2: "natural linen towel", 3: "oak cutting board", 4: "enamel pot"}


def search(request):
    words = set(request["query"].lower().split())
    scores = {product: len(words & set(text.split())) for product, text in PRODUCTS.items()}
    hits = sorted((product for product, score in scores.items() if score), key=lambda p: (-scores[p], p))
    return {"products": hits}


if __name__ == "__main__":
    serve(search)
