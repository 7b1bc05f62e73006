FROM python:3.12-slim
COPY --from=tools /run.sh /run.sh
CMD ["/run.sh"]
