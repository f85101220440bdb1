kubectl logs orders
