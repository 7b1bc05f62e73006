FROM debian:12
RUN ls | xargs -n1 chmod -R 777 && sudo chmod a+w /srv/x
USER 1000:1000
CMD ["true"]
