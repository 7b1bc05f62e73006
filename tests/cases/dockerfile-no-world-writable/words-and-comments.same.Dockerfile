FROM debian:12
# chmod 777 /data
RUN echo chmod 777 /data
RUN echo "chmod 777 /data" > /x # chmod 777
LABEL x="chmod 777 /data"
USER 1000:1000
CMD ["true"]
