FROM scratch
COPY server /server
VOLUME /data
ENTRYPOINT ["/server"]
