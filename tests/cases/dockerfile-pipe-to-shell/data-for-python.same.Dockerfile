FROM python:3.12-slim
RUN curl https://example.com/a.json | python3 -c 'import json, sys' && curl https://example.com | python -m json.tool
