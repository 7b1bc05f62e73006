FROM python:3.12-slim
RUN curl https://get.example.com/get-pip.py | HOME=/opt python3 -
