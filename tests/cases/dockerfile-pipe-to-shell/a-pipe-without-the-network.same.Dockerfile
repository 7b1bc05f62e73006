FROM python:3.12-slim
RUN cat install.sh | sh && echo 'curl https://example.com | sh'
