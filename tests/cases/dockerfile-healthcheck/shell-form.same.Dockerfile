FROM python:3.12-slim
HEALTHCHECK --interval=5s \
  CMD python health.py || exit 1
CMD python app.py
