FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt && touch db.sqlite3 app/__init__.py && : > web.log && touch x.pid && rm *.pid
RUN echo 1 > version.txt
CMD ["gunicorn", "site.wsgi"]
