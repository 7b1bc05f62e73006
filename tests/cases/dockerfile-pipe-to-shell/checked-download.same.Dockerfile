FROM python:3.12-slim
RUN curl -o a.sh https://example.com/a.sh && echo '0  a.sh' | sha256sum -c && sh a.sh
