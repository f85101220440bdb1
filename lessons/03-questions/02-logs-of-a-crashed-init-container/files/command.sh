kubectl logs box
