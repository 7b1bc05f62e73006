FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN chown -R 1000:1000 . && chmod -R a+rX,u+w . && chown -R 1000:1000 "/srv/shop" && chmod --recursive 0755 "/srv/shop"
USER 1000:1000
CMD ["python", "main.py"]
