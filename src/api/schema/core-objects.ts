/** The other kinds of API group core/v1. The notation is explained in schema.ts. */
export const CORE_OBJECTS = `
Node metadata:meta.ObjectMeta spec:NodeSpec status:NodeStatus
NodeSpec podCIDR:string podCIDRs:[]string providerID:string unschedulable:bool taints:[]Taint
  configSource:*NodeConfigSource externalID:string
Taint key!:string value:string effect!:TaintEffect timeAdded:*Time
NodeConfigSource configMap:*ConfigMapNodeConfigSource
ConfigMapNodeConfigSource namespace!:string name!:string uid:types.UID resourceVersion:string
  kubeletConfigKey!:string
NodeStatus capacity:ResourceList allocatable:ResourceList phase:NodePhase
  conditions:[]NodeCondition addresses:[]NodeAddress daemonEndpoints:NodeDaemonEndpoints
  nodeInfo:NodeSystemInfo images:[]ContainerImage volumesInUse:[]UniqueVolumeName
  volumesAttached:[]AttachedVolume config:*NodeConfigStatus runtimeHandlers:[]NodeRuntimeHandler
  features:*NodeFeatures declaredFeatures:[]string
type NodePhase string
NodeCondition type!:NodeConditionType status!:ConditionStatus lastHeartbeatTime:Time
  lastTransitionTime:Time reason:string message:string
type NodeConditionType string
NodeAddress type!:NodeAddressType address!:string
type NodeAddressType string
NodeDaemonEndpoints kubeletEndpoint:DaemonEndpoint
DaemonEndpoint Port!:int32
NodeSystemInfo machineID!:string systemUUID!:string bootID!:string kernelVersion!:string
  osImage!:string containerRuntimeVersion!:string kubeletVersion!:string kubeProxyVersion!:string
  operatingSystem!:string architecture!:string swap:*NodeSwapStatus
NodeSwapStatus capacity:*int64
ContainerImage names!:[]string sizeBytes:int64
type UniqueVolumeName string
AttachedVolume name!:UniqueVolumeName devicePath!:string
NodeConfigStatus assigned:*NodeConfigSource active:*NodeConfigSource
  lastKnownGood:*NodeConfigSource error:string
NodeRuntimeHandler name!:string features:*NodeRuntimeHandlerFeatures
NodeRuntimeHandlerFeatures recursiveReadOnlyMounts:*bool userNamespaces:*bool
NodeFeatures supplementalGroupsPolicy:*bool
PodTemplate metadata:meta.ObjectMeta template:PodTemplateSpec
Namespace metadata:meta.ObjectMeta spec:NamespaceSpec status:NamespaceStatus
NamespaceSpec finalizers:[]FinalizerName
type FinalizerName string
NamespaceStatus phase:NamespacePhase conditions:[]NamespaceCondition
type NamespacePhase string
NamespaceCondition type!:NamespaceConditionType status!:ConditionStatus lastTransitionTime:Time
  reason:string message:string
type NamespaceConditionType string
Event metadata!:meta.ObjectMeta involvedObject!:ObjectReference reason:string message:string
  source:EventSource firstTimestamp:Time lastTimestamp:Time count:int32 type:string
  eventTime:MicroTime series:*EventSeries action:string related:*ObjectReference
  reportingComponent!:string reportingInstance!:string
ObjectReference kind:string namespace:string name:string uid:types.UID apiVersion:string
  resourceVersion:string fieldPath:string
EventSource component:string host:string
EventSeries count:int32 lastObservedTime:MicroTime
ConfigMap metadata:meta.ObjectMeta immutable:*bool data:map[string]string
  binaryData:map[string][]byte
Secret metadata:meta.ObjectMeta immutable:*bool data:map[string][]byte
  stringData:map[string]string type:SecretType
type SecretType string
Service metadata:meta.ObjectMeta spec:ServiceSpec status:ServiceStatus
ServiceSpec ports:[]ServicePort selector:map[string]string clusterIP:string clusterIPs:[]string
  type:ServiceType externalIPs:[]string sessionAffinity:ServiceAffinity loadBalancerIP:string
  loadBalancerSourceRanges:[]string externalName:string
  externalTrafficPolicy:ServiceExternalTrafficPolicy healthCheckNodePort:int32
  publishNotReadyAddresses:bool sessionAffinityConfig:*SessionAffinityConfig ipFamilies:[]IPFamily
  ipFamilyPolicy:*IPFamilyPolicy allocateLoadBalancerNodePorts:*bool loadBalancerClass:*string
  internalTrafficPolicy:*ServiceInternalTrafficPolicy trafficDistribution:*string
ServicePort name:string protocol:Protocol appProtocol:*string port!:int32 targetPort:IntOrString
  nodePort:int32
type ServiceType string
type ServiceAffinity string
type ServiceExternalTrafficPolicy string
SessionAffinityConfig clientIP:*ClientIPConfig
ClientIPConfig timeoutSeconds:*int32
type IPFamily string
type IPFamilyPolicy string
type ServiceInternalTrafficPolicy string
ServiceStatus loadBalancer:LoadBalancerStatus conditions:[]meta.Condition
LoadBalancerStatus ingress:[]LoadBalancerIngress
LoadBalancerIngress ip:string hostname:string ipMode:*LoadBalancerIPMode ports:[]PortStatus
type LoadBalancerIPMode string
PortStatus port!:int32 protocol!:Protocol error:*string
ServiceAccount metadata:meta.ObjectMeta secrets:[]ObjectReference
  imagePullSecrets:[]LocalObjectReference automountServiceAccountToken:*bool
PersistentVolumeClaim kind:string apiVersion:string metadata:meta.ObjectMeta
  spec:PersistentVolumeClaimSpec status:PersistentVolumeClaimStatus
PersistentVolumeClaimStatus phase:PersistentVolumeClaimPhase
  accessModes:[]PersistentVolumeAccessMode capacity:ResourceList
  conditions:[]PersistentVolumeClaimCondition allocatedResources:ResourceList
  allocatedResourceStatuses:map[ResourceName]ClaimResourceStatus
  currentVolumeAttributesClassName:*string modifyVolumeStatus:*ModifyVolumeStatus
type PersistentVolumeClaimPhase string
PersistentVolumeClaimCondition type!:PersistentVolumeClaimConditionType status!:ConditionStatus
  lastProbeTime:Time lastTransitionTime:Time reason:string message:string
type PersistentVolumeClaimConditionType string
type ClaimResourceStatus string
ModifyVolumeStatus targetVolumeAttributesClassName:string
  status!:PersistentVolumeClaimModifyVolumeStatus
type PersistentVolumeClaimModifyVolumeStatus string
PersistentVolume metadata:meta.ObjectMeta spec:PersistentVolumeSpec status:PersistentVolumeStatus
PersistentVolumeSpec capacity:ResourceList ~PersistentVolumeSource
  accessModes:[]PersistentVolumeAccessMode claimRef:*ObjectReference
  persistentVolumeReclaimPolicy:PersistentVolumeReclaimPolicy storageClassName:string
  mountOptions:[]string volumeMode:*PersistentVolumeMode nodeAffinity:*VolumeNodeAffinity
  volumeAttributesClassName:*string
PersistentVolumeSource gcePersistentDisk:*GCEPersistentDiskVolumeSource
  awsElasticBlockStore:*AWSElasticBlockStoreVolumeSource hostPath:*HostPathVolumeSource
  glusterfs:*GlusterfsPersistentVolumeSource nfs:*NFSVolumeSource rbd:*RBDPersistentVolumeSource
  iscsi:*ISCSIPersistentVolumeSource cinder:*CinderPersistentVolumeSource
  cephfs:*CephFSPersistentVolumeSource fc:*FCVolumeSource flocker:*FlockerVolumeSource
  flexVolume:*FlexPersistentVolumeSource azureFile:*AzureFilePersistentVolumeSource
  vsphereVolume:*VsphereVirtualDiskVolumeSource quobyte:*QuobyteVolumeSource
  azureDisk:*AzureDiskVolumeSource photonPersistentDisk:*PhotonPersistentDiskVolumeSource
  portworxVolume:*PortworxVolumeSource scaleIO:*ScaleIOPersistentVolumeSource
  local:*LocalVolumeSource storageos:*StorageOSPersistentVolumeSource
  csi:*CSIPersistentVolumeSource
GlusterfsPersistentVolumeSource endpoints!:string path!:string readOnly:bool
  endpointsNamespace:*string
RBDPersistentVolumeSource monitors!:[]string image!:string fsType:string pool:string user:string
  keyring:string secretRef:*SecretReference readOnly:bool
SecretReference name:string namespace:string
ISCSIPersistentVolumeSource targetPortal!:string iqn!:string lun!:int32 iscsiInterface:string
  fsType:string readOnly:bool portals:[]string chapAuthDiscovery:bool chapAuthSession:bool
  secretRef:*SecretReference initiatorName:*string
CinderPersistentVolumeSource volumeID!:string fsType:string readOnly:bool
  secretRef:*SecretReference
CephFSPersistentVolumeSource monitors!:[]string path:string user:string secretFile:string
  secretRef:*SecretReference readOnly:bool
FlexPersistentVolumeSource driver!:string fsType:string secretRef:*SecretReference readOnly:bool
  options:map[string]string
AzureFilePersistentVolumeSource secretName!:string shareName!:string readOnly:bool
  secretNamespace!:*string
ScaleIOPersistentVolumeSource gateway!:string system!:string secretRef!:*SecretReference
  sslEnabled:bool protectionDomain:string storagePool:string storageMode:string volumeName:string
  fsType:string readOnly:bool
LocalVolumeSource path!:string fsType:*string
StorageOSPersistentVolumeSource volumeName:string volumeNamespace:string fsType:string
  readOnly:bool secretRef:*ObjectReference
CSIPersistentVolumeSource driver!:string volumeHandle!:string readOnly:bool fsType:string
  volumeAttributes:map[string]string controllerPublishSecretRef:*SecretReference
  nodeStageSecretRef:*SecretReference nodePublishSecretRef:*SecretReference
  controllerExpandSecretRef:*SecretReference nodeExpandSecretRef:*SecretReference
type PersistentVolumeReclaimPolicy string
VolumeNodeAffinity required:*NodeSelector
PersistentVolumeStatus phase:PersistentVolumePhase message:string reason:string
  lastPhaseTransitionTime:*Time
type PersistentVolumePhase string
LimitRange metadata:meta.ObjectMeta spec:LimitRangeSpec
LimitRangeSpec limits!:[]LimitRangeItem
LimitRangeItem type!:LimitType max:ResourceList min:ResourceList default:ResourceList
  defaultRequest:ResourceList maxLimitRequestRatio:ResourceList
type LimitType string
ResourceQuota metadata:meta.ObjectMeta spec:ResourceQuotaSpec status:ResourceQuotaStatus
ResourceQuotaSpec hard:ResourceList scopes:[]ResourceQuotaScope scopeSelector:*ScopeSelector
type ResourceQuotaScope string
ScopeSelector matchExpressions:[]ScopedResourceSelectorRequirement
ScopedResourceSelectorRequirement scopeName!:ResourceQuotaScope operator!:ScopeSelectorOperator
  values:[]string
type ScopeSelectorOperator string
ResourceQuotaStatus hard:ResourceList used:ResourceList
Endpoints metadata:meta.ObjectMeta subsets:[]EndpointSubset
EndpointSubset addresses:[]EndpointAddress notReadyAddresses:[]EndpointAddress
  ports:[]EndpointPort
EndpointAddress ip!:string hostname:string nodeName:*string targetRef:*ObjectReference
EndpointPort name:string port!:int32 protocol:Protocol appProtocol:*string
ReplicationController metadata:meta.ObjectMeta spec:ReplicationControllerSpec
  status:ReplicationControllerStatus
ReplicationControllerSpec replicas:*int32 minReadySeconds:int32 selector:map[string]string
  template:*PodTemplateSpec
PodTemplateSpec metadata:meta.ObjectMeta spec:PodSpec
ReplicationControllerStatus replicas!:int32 fullyLabeledReplicas:int32 readyReplicas:int32
  availableReplicas:int32 observedGeneration:int64 conditions:[]ReplicationControllerCondition
ReplicationControllerCondition type!:ReplicationControllerConditionType status!:ConditionStatus
  lastTransitionTime:Time reason:string message:string
type ReplicationControllerConditionType string
TopologySelectorTerm matchLabelExpressions:[]TopologySelectorLabelRequirement
TopologySelectorLabelRequirement key!:string values!:[]string
`;
