/** API group networking.k8s.io/v1. The notation is explained in schema.ts. */
export const NETWORKING = `
Ingress metadata:meta.ObjectMeta spec:IngressSpec status:IngressStatus
IngressSpec ingressClassName:*string defaultBackend:*IngressBackend tls:[]IngressTLS
  rules:[]IngressRule
IngressBackend service:*IngressServiceBackend resource:*core.TypedLocalObjectReference
IngressServiceBackend name!:string port:ServiceBackendPort
ServiceBackendPort name:string number:int32
IngressTLS hosts:[]string secretName:string
IngressRule host:string ~IngressRuleValue
IngressRuleValue http:*HTTPIngressRuleValue
HTTPIngressRuleValue paths!:[]HTTPIngressPath
HTTPIngressPath path:string pathType!:*PathType backend!:IngressBackend
type PathType string
IngressStatus loadBalancer:IngressLoadBalancerStatus
IngressLoadBalancerStatus ingress:[]IngressLoadBalancerIngress
IngressLoadBalancerIngress ip:string hostname:string ports:[]IngressPortStatus
IngressPortStatus port!:int32 protocol!:core.Protocol error:*string
NetworkPolicy metadata:meta.ObjectMeta spec:NetworkPolicySpec
NetworkPolicySpec podSelector!:meta.LabelSelector ingress:[]NetworkPolicyIngressRule
  egress:[]NetworkPolicyEgressRule policyTypes:[]PolicyType
NetworkPolicyIngressRule ports:[]NetworkPolicyPort from:[]NetworkPolicyPeer
NetworkPolicyPort protocol:*core.Protocol port:*IntOrString endPort:*int32
NetworkPolicyPeer podSelector:*meta.LabelSelector namespaceSelector:*meta.LabelSelector
  ipBlock:*IPBlock
IPBlock cidr!:string except:[]string
NetworkPolicyEgressRule ports:[]NetworkPolicyPort to:[]NetworkPolicyPeer
type PolicyType string
IngressClass metadata:meta.ObjectMeta spec:IngressClassSpec
IngressClassSpec controller:string parameters:*IngressClassParametersReference
IngressClassParametersReference apiGroup:*string kind!:string name!:string scope!:*string
  namespace:*string
`;
