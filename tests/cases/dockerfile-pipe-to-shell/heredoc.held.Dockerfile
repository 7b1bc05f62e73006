FROM python:3.12-slim
RUN <<EOF
set -e
curl https://get.example.com |\
  bash
EOF
