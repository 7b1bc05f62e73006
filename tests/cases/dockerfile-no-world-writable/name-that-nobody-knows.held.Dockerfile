FROM registry.example.com/base:1
RUN chmod 777 /data
USER web
CMD ["true"]
