FROM grafana/grafana:11.0.0-ubuntu
USER 472:0
