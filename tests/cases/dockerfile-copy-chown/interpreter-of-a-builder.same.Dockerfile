FROM python:3.12-slim
COPY --from=build /usr/local /usr/local
COPY --from=build /usr/local/bin/uv /bin/uv
USER 1000:1000
CMD ["true"]
