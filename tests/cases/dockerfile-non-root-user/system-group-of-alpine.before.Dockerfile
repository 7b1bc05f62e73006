FROM alpine:3.20
RUN adduser -S -D -H -u 82 -G www-data www-data
USER www-data
CMD ["serve"]
