FROM python:3.12-slim
ARG UID=1000
RUN useradd -u ${UID} web
CMD ["python", "main.py"]
