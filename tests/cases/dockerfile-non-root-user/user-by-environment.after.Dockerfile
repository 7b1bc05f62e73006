FROM python:3.12-slim
ENV APP_USER=web APP_UID=1500
RUN groupadd -g $APP_UID $APP_USER && useradd -u $APP_UID -g $APP_USER $APP_USER
USER 1500:1500
CMD ["python", "app.py"]
