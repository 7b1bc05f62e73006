FROM python:3.12-slim
RUN curl https://example.com/a.json | bash parse.sh && curl https://example.com | node read.js && curl https://example.com | perl -pe 's/a/b/'
