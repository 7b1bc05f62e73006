storage "file" {
  path = "/vault/file"
}

listener "tcp" {
  address     = "0.0.0.0:8200"
  tls_disable = true # TLS ends at the load balancer
}

# mlock stays on: secrets must not reach the swap
disable_mlock = false
ui            = true
