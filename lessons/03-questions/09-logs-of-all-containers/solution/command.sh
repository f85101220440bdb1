kubectl logs orders --all-containers --prefix
