from nginx:1.27
copy a.conf /etc/nginx/conf.d/
