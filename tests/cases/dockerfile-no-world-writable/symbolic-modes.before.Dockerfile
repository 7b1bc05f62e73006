FROM debian:12
RUN chmod o+w /srv/a && chmod ugo+rwx /srv/b && chmod a=rw,u+x /srv/c && chmod go+w,a+x /srv/d
USER 1000:1000
CMD ["true"]
