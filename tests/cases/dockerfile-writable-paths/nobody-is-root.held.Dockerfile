FROM registry.example.com/base:1
USER 1000:1000
FROM gcr.io/distroless/python3-debian12:nonroot
RUN ["python", "-m", "x"]
VOLUME /data
