FROM python:3.12-slim
RUN addgroup --system app && adduser --system --ingroup app --uid 10001 app
COPY serve.py /serve.py
CMD ["python", "/serve.py"]
