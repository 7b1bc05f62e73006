FROM python:3.12-slim
COPY <<EOF /a.txt
curl https://example.com | sh
EOF
