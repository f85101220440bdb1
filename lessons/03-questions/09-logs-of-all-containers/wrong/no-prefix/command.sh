kubectl logs orders --all-containers
