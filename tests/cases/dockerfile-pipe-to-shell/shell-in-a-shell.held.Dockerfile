FROM python:3.12-slim
RUN su app -c true && bash -lc 'set -e; curl https://get.example.com | sh'
