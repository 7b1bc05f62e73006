FROM grafana/grafana:11.0.0-ubuntu
USER root
RUN grafana cli plugins install redis-app
USER 10001:10001
