FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN python manage.py migrate
CMD ["gunicorn", "site.wsgi"]
