FROM python:3.12-slim
COPY <<EOF /etc/ssl/a.pem
-----BEGIN CERTIFICATE-----
MIIE
-----END CERTIFICATE-----
EOF
