FROM python:3.12-slim
RUN pip install playwright && playwright install chromium
CMD ["python", "crawl.py"]
