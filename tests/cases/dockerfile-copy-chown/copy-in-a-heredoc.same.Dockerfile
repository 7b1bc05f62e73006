FROM debian:12
RUN <<EOF
cat > /tmp/x <<END
COPY . /app
END
EOF
USER 1000:1000
CMD ["true"]
