FROM debian:12
ENV HOME_DIR=/home/web
COPY --chown=1000:1000 . ${HOME_DIR}/site
USER 1000:1000
CMD ["true"]
