FROM python:3.12-slim
RUN ["curl", "https://example.com", "|", "sh"]
