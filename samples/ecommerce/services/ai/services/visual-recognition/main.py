"""Finds the product whose picture has the most similar average hash."""

from serving import serve

KNOWN = {1: 0b1111000011110000, 2: 0b1010101010101010, 3: 0b1111111100000000}


def recognise(request):
    pixels = [int(value) for value in request["pixels"]]
    if len(pixels) != 16:
        raise ValueError("16 grey values are needed")
    mean = sum(pixels) / len(pixels)
    hashed = int("".join("1" if value > mean else "0" for value in pixels), 2)
    distance = {product: (known ^ hashed).bit_count() for product, known in KNOWN.items()}
    return {"product": min(distance, key=distance.__getitem__)}


if __name__ == "__main__":
    serve(recognise)
