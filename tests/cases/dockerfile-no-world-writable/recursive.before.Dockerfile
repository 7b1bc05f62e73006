FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN chmod -R a+rwX . && chmod --recursive 0777 "/srv/shop"
USER 1000:1000
CMD ["python", "main.py"]
