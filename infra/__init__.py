"""How each real part starts: locally, in Compose, on Kubernetes."""
