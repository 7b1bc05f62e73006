FROM alpine:3.20
RUN apk add --no-cache php83 php83-fpm
WORKDIR /app
COPY . .
CMD ["php-fpm83", "-F"]
