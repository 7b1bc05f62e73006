"""What Kubernetes manifests say, with the charts and kustomizations around them."""
