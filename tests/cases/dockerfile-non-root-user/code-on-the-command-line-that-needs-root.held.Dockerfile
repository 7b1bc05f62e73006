FROM python:3.12-slim
WORKDIR /app
COPY . .
CMD python -c 'import os; os.chown("/data", 1, 1)' && exec python main.py
