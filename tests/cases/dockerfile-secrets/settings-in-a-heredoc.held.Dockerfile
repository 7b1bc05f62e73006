FROM python:3.12-slim
RUN <<EOF
export DB_PASSWORD=1a2b3c4d5e
./migrate
EOF
