kubectl rollout restart pod/app
