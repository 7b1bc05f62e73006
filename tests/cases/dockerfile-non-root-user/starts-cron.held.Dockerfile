FROM debian:12
RUN apt-get update && apt-get install -y cron
CMD service cron start && tail -f /var/log/cron.log
