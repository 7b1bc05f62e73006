mkdir -p /etc/shop
echo "port=80" > /etc/shop/shop.conf
