from python:3.12-slim as base
workdir /app
copy . .
cmd python main.py