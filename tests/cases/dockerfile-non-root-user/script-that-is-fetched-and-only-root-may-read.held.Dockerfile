FROM python:3.12-slim
WORKDIR /app
COPY . .
ADD https://example.com/wait-for-it.sh /usr/local/bin/wait
RUN chmod +x /usr/local/bin/wait
ENTRYPOINT ["/usr/local/bin/wait", "db:5432", "--", "python", "main.py"]
