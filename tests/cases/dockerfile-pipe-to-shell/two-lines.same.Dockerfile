FROM python:3.12-slim
RUN <<EOF
curl -O https://example.com/a
sh b
EOF
