FROM registry.example.com/base:1
COPY . /app
USER web
CMD ["true"]
