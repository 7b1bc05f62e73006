FROM python:3.12-slim
RUN addgroup --system --gid 10001 app && adduser --system --ingroup app --uid 10001 app
COPY serve.py /serve.py
USER 10001:10001
CMD ["python", "/serve.py"]
