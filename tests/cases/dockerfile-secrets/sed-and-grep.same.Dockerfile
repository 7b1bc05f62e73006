FROM python:3.12-slim
RUN sed -i 's/PASSWORD=.*/PASSWORD=/' app.conf && grep -q password= a.conf && sed -e 's|token: x|token: y|' b
