# escape=`
FROM python:3.12-slim
run curl https://get.example.com `
  | sh
