kubectl rollout restart pod shop
