FROM python:3.12-slim
RUN SECRET_KEY=build-only python manage.py collectstatic
RUN SECRET_KEY_BASE=1 SECRET_KEY_BASE_DUMMY=1 rails assets:precompile
