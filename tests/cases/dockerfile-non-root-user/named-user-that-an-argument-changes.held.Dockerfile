FROM python:3.12-slim
ARG NAME=web
RUN useradd -u 1000 web
USER ${NAME}
CMD ["python", "main.py"]
