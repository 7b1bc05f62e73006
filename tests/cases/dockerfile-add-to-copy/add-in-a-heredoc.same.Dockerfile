FROM python:3.12-slim
RUN <<EOF
ADD app.py /app
EOF
# ADD app.py /app
