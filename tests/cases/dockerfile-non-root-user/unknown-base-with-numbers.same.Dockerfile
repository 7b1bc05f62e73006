FROM registry.example.com/base:1
USER 1000:1000
