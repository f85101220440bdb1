kubectl replace -f pod.yaml
