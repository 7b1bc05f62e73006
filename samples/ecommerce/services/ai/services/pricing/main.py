"""A price that follows stock and demand, within ten percent of the list price."""

from decimal import Decimal

from serving import serve


def price(request):
    listed = Decimal(str(request["price"]))
    pressure = Decimal(str(request.get("demand", 0))) - Decimal(str(request.get("stock", 0)))
    change = max(Decimal("-0.10"), min(Decimal("0.10"), pressure / 1000))
    return {"price": str((listed * (1 + change)).quantize(Decimal("0.01")))}


if __name__ == "__main__":
    serve(price)
