/**
The part of the Kubernetes client library that jetsam uses: kubeconfigs, credentials and TLS.

Import this file dynamically, and only when a cluster is asked: the library is large.
*/
export {KubeConfig} from '@kubernetes/client-node';
