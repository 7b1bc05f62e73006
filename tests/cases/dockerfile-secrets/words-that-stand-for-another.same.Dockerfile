FROM python:3.12-slim
ENV SECRET_KEY=dummy API_KEY=your-api-key TOKEN=<token> PASSWORD=xxxx ACCESS_KEY=placeholder-key
