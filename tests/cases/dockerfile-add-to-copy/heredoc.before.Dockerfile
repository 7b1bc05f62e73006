FROM python:3.12-slim
ADD <<app.conf <<run.sh /app/
port=80
app.conf
#!/bin/sh
exec python
run.sh
USER 1000:1000
