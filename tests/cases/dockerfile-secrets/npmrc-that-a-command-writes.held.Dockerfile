FROM python:3.12-slim
RUN echo '//npm.registry.example/:_authToken=1a2b3c4d5e6f7a8b' > .npmrc
