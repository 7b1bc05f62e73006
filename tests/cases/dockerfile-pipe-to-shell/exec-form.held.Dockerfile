FROM python:3.12-slim
RUN ["bash", "-c", "curl https://get.example.com | bash"]
