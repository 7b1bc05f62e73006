from nginx
