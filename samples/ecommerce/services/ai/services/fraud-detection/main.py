"""A score from 0 (fine) to 1 (call the customer)."""

from serving import serve


def score(request):
    risk = 0.0
    risk += 0.4 if float(request["amount"]) > 500 else 0.0
    risk += 0.3 if request.get("shipping_country") != request.get("card_country") else 0.0
    risk += min(0.3, 0.1 * int(request.get("failed_attempts", 0)))
    return {"score": round(risk, 2)}


if __name__ == "__main__":
    serve(score)
