FROM python:3.12-slim
VOLUME /var/run/docker.sock
CMD ["python", "/srv/agent.py"]
