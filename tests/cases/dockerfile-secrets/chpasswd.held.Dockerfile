FROM python:3.12-slim
RUN useradd -m dev && echo 'dev:letmein' | chpasswd
