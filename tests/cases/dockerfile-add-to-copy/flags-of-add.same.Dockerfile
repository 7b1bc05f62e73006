FROM python:3.12-slim
ADD --unpack=true app.bin /app/
ADD --keep-git-dir=true src.py /app/
