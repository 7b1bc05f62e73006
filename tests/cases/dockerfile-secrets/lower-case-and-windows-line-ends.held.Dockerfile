FROM python:3.12-slim
env db_password=hunter22
