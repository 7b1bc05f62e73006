FROM python:3.12-slim
RUN wget -qO- https://get.example.com | bash -s -- --yes
