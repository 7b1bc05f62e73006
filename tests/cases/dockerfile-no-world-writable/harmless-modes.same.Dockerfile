FROM debian:12
RUN chmod 755 /app && chmod -R 750 /app && chmod u+w,g+w /x && chmod +w /x && chmod +x /y && chmod o-w /z && chmod o+rx /z && chmod -w /z && chmod 4755 /bin/x
USER 1000:1000
CMD ["true"]
