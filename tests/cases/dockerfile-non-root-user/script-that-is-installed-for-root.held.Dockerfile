FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN install -m 700 bin/serve /usr/local/bin/serve
CMD ["serve"]
