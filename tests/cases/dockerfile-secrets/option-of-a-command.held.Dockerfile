FROM python:3.12-slim
RUN twine upload --password 1a2b3c4d5e6f dist/*
