FROM python:3.12-slim
ENV DATABASE_URL=postgres://shop:v3ry-s3cret@db:5432/shop
