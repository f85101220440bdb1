kubectl exec shop -c web -- nginx -s quit
