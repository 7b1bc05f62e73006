FROM python:3.12-slim
RUN <<EOF
set -e
pip install flask
EOF
USER 1000:1000
ENTRYPOINT ["python", "app.py"]
