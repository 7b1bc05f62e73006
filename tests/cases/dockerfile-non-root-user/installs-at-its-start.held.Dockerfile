FROM python:3.12
WORKDIR /app
COPY . .
CMD bash -c "pip install -r requirements.txt && python app.py"
