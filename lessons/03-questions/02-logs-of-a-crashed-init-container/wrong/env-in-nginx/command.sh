kubectl logs box -c config
