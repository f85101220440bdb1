kubectl logs box --previous
