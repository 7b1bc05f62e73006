FROM grafana/grafana:11.0.0-ubuntu
USER root
RUN grafana cli plugins install redis-app
RUN mkdir -p /var/lib/grafana \
    && chown 10001:10001 /var/lib/grafana
USER 10001:10001
