FROM python:3.12-slim
RUN bash -c "`wget -qO- https://get.example.com`"
