FROM python:3.12-slim
CMD curl -H 'Authorization: Bearer ghp_a1B2c3D4e5a1B2c3D4e5a1B2c3D4e5a1B2c3D4e5' https://example.com
