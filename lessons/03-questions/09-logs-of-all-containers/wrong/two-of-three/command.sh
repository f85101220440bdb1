kubectl logs orders -c web --prefix; kubectl logs orders -c stock --prefix
