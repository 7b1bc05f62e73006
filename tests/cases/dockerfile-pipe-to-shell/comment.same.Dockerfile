FROM python:3.12-slim
# curl https://example.com | sh
RUN true \
 # curl https://example.com | sh
 && true
