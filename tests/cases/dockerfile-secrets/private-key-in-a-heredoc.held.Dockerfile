FROM python:3.12-slim
COPY <<EOF /etc/ssl/private/a.pem
-----BEGIN RSA PRIVATE KEY-----
MIIE
-----END RSA PRIVATE KEY-----
EOF
