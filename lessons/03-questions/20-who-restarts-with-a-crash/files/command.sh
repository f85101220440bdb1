kubectl delete pod shop
