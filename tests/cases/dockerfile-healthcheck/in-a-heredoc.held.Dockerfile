FROM python:3.12-slim
RUN <<EOF
HEALTHCHECK CMD true
EOF
CMD python app.py
