/** Small API groups, one constant each. The notation is explained in schema.ts. */

/** API group policy/v1. */
export const POLICY = `
PodDisruptionBudget metadata:meta.ObjectMeta spec:PodDisruptionBudgetSpec
  status:PodDisruptionBudgetStatus
PodDisruptionBudgetSpec minAvailable:*IntOrString selector:*meta.LabelSelector
  maxUnavailable:*IntOrString unhealthyPodEvictionPolicy:*UnhealthyPodEvictionPolicyType
type UnhealthyPodEvictionPolicyType string
PodDisruptionBudgetStatus observedGeneration:int64 disruptedPods:map[string]Time
  disruptionsAllowed!:int32 currentHealthy!:int32 desiredHealthy!:int32 expectedPods!:int32
  conditions:[]meta.Condition
`;

/** API group rbac.authorization.k8s.io/v1. */
export const RBAC = `
Role metadata:meta.ObjectMeta rules!:[]PolicyRule
PolicyRule verbs!:[]string apiGroups:[]string resources:[]string resourceNames:[]string
  nonResourceURLs:[]string
RoleBinding metadata:meta.ObjectMeta subjects:[]Subject roleRef!:RoleRef
Subject kind!:string apiGroup:string name!:string namespace:string
RoleRef apiGroup!:string kind!:string name!:string
ClusterRole metadata:meta.ObjectMeta rules!:[]PolicyRule aggregationRule:*AggregationRule
AggregationRule clusterRoleSelectors:[]meta.LabelSelector
ClusterRoleBinding metadata:meta.ObjectMeta subjects:[]Subject roleRef!:RoleRef
`;

/** API group coordination.k8s.io/v1. */
export const COORDINATION = `
Lease metadata:meta.ObjectMeta spec:LeaseSpec
LeaseSpec holderIdentity:*string leaseDurationSeconds:*int32 acquireTime:*MicroTime
  renewTime:*MicroTime leaseTransitions:*int32 strategy:*CoordinatedLeaseStrategy
  preferredHolder:*string
type CoordinatedLeaseStrategy string
`;

/** API group storage.k8s.io/v1. */
export const STORAGE = `
StorageClass metadata:meta.ObjectMeta provisioner!:string parameters:map[string]string
  reclaimPolicy:*core.PersistentVolumeReclaimPolicy mountOptions:[]string
  allowVolumeExpansion:*bool volumeBindingMode:*VolumeBindingMode
  allowedTopologies:[]core.TopologySelectorTerm
type VolumeBindingMode string
`;

/** API group discovery.k8s.io/v1. */
export const DISCOVERY = `
EndpointSlice metadata:meta.ObjectMeta addressType!:AddressType endpoints!:[]Endpoint
  ports!:[]EndpointPort
type AddressType string
Endpoint addresses!:[]string conditions:EndpointConditions hostname:*string
  targetRef:*core.ObjectReference deprecatedTopology:map[string]string nodeName:*string
  zone:*string hints:*EndpointHints
EndpointConditions ready:*bool serving:*bool terminating:*bool
EndpointHints forZones:[]ForZone forNodes:[]ForNode
ForZone name!:string
ForNode name!:string
EndpointPort name:*string protocol:*core.Protocol port:*int32 appProtocol:*string
`;

/** API group scheduling.k8s.io/v1. */
export const SCHEDULING = `
PriorityClass metadata:meta.ObjectMeta value!:int32 globalDefault:bool description:string
  preemptionPolicy:*core.PreemptionPolicy
`;

/** API group node.k8s.io/v1. */
export const NODE = `
RuntimeClass metadata:meta.ObjectMeta handler!:string overhead:*Overhead scheduling:*Scheduling
Overhead podFixed:core.ResourceList
Scheduling nodeSelector:map[string]string tolerations:[]core.Toleration
`;
