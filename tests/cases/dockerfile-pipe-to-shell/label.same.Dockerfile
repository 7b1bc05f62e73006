FROM python:3.12-slim
LABEL usage="curl https://example.com | sh"
