FROM debian:12
RUN chown 1000:1000 /srv/a && chmod u+w /srv/a && chown 1000:1000 /srv/b && chmod ugo+rx,u+w /srv/b && chown 1000:1000 /srv/c && chmod a=r,u+w,u+x /srv/c && chown 1000:1000 /srv/d && chmod u+w,a+x /srv/d
USER 1000:1000
CMD ["true"]
