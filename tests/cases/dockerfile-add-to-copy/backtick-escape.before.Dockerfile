# escape=`
FROM python:3.12-slim
ADD app.py `
    /app/
USER 1000:1000
