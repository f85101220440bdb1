// P9: what a page loads for the peer's cluster.
export { Cluster } from '@ngrok/webernetes';
