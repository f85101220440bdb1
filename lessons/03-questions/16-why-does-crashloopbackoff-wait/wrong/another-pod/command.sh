kubectl delete pod app; kubectl run app --image=busybox:1.37 -- sleep 3600
