FROM python:3.12-slim
RUN echo "exec python main.py" > /start.sh
CMD ["sh", "/start.sh"]
