FROM python:3.12-slim
RUN bash <<'EOF'
curl https://get.example.com | sh
EOF
