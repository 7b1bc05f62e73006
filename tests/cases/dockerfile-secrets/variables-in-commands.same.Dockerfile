FROM python:3.12-slim
RUN git clone https://${TOKEN}@github.com/org/repo && helm login --password "$PASSWORD" && echo "//r/:_authToken=${NPM_TOKEN}" > .npmrc
RUN echo "root:${PASSWORD}" | chpasswd
