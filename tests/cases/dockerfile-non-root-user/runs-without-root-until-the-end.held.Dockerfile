FROM nginxinc/nginx-unprivileged:1.27
USER root
CMD ["true"]
