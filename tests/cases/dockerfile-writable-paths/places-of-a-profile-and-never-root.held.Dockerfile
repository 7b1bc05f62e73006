FROM grafana/grafana:11.0.0-ubuntu
USER 10001:10001
