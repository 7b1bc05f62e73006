FROM python:3.12-slim
RUN ["git", "clone", "https://ghp_a1B2c3D4e5a1B2c3D4e5a1B2c3D4e5a1B2c3D4e5@github.com/org/repo"]
