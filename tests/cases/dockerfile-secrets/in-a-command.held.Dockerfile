FROM python:3.12-slim
RUN export API_KEY=1a2b3c4d5e6f && ./fetch
