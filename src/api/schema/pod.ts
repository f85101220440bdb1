/** The Pod and its parts, of API group core/v1. The notation is explained in schema.ts. */
export const CORE_POD = `
Pod metadata:meta.ObjectMeta spec:PodSpec status:PodStatus
PodSpec volumes:[]Volume initContainers:[]Container containers!:[]Container
  ephemeralContainers:[]EphemeralContainer restartPolicy:RestartPolicy
  terminationGracePeriodSeconds:*int64 activeDeadlineSeconds:*int64 dnsPolicy:DNSPolicy
  nodeSelector:map[string]string serviceAccountName:string serviceAccount:string
  automountServiceAccountToken:*bool nodeName:string hostNetwork:bool hostPID:bool hostIPC:bool
  shareProcessNamespace:*bool securityContext:*PodSecurityContext
  imagePullSecrets:[]LocalObjectReference hostname:string subdomain:string affinity:*Affinity
  schedulerName:string tolerations:[]Toleration hostAliases:[]HostAlias priorityClassName:string
  priority:*int32 dnsConfig:*PodDNSConfig readinessGates:[]PodReadinessGate
  runtimeClassName:*string enableServiceLinks:*bool preemptionPolicy:*PreemptionPolicy
  overhead:ResourceList topologySpreadConstraints:[]TopologySpreadConstraint
  setHostnameAsFQDN:*bool os:*PodOS hostUsers:*bool schedulingGates:[]PodSchedulingGate
  resourceClaims:[]PodResourceClaim resources:*ResourceRequirements hostnameOverride:*string
  schedulingGroup:*PodSchedulingGroup
LocalObjectReference name:string
ObjectFieldSelector apiVersion:string fieldPath!:string
ResourceFieldSelector containerName:string resource!:string divisor:Quantity
Container name!:string image:string command:[]string args:[]string workingDir:string
  ports:[]ContainerPort envFrom:[]EnvFromSource env:[]EnvVar resources:ResourceRequirements
  resizePolicy:[]ContainerResizePolicy restartPolicy:*ContainerRestartPolicy
  restartPolicyRules:[]ContainerRestartRule volumeMounts:[]VolumeMount
  volumeDevices:[]VolumeDevice livenessProbe:*Probe readinessProbe:*Probe startupProbe:*Probe
  lifecycle:*Lifecycle terminationMessagePath:string
  terminationMessagePolicy:TerminationMessagePolicy imagePullPolicy:PullPolicy
  securityContext:*SecurityContext stdin:bool stdinOnce:bool tty:bool
ContainerPort name:string hostPort:int32 containerPort!:int32 protocol:Protocol hostIP:string
type Protocol string
EnvFromSource prefix:string configMapRef:*ConfigMapEnvSource secretRef:*SecretEnvSource
ConfigMapEnvSource ~LocalObjectReference optional:*bool
SecretEnvSource ~LocalObjectReference optional:*bool
EnvVar name!:string value:string valueFrom:*EnvVarSource
EnvVarSource fieldRef:*ObjectFieldSelector resourceFieldRef:*ResourceFieldSelector
  configMapKeyRef:*ConfigMapKeySelector secretKeyRef:*SecretKeySelector
  fileKeyRef:*FileKeySelector
ConfigMapKeySelector ~LocalObjectReference key!:string optional:*bool
SecretKeySelector ~LocalObjectReference key!:string optional:*bool
FileKeySelector volumeName!:string path!:string key!:string optional:*bool
ResourceRequirements limits:ResourceList requests:ResourceList claims:[]ResourceClaim
ResourceClaim name!:string request:string
ContainerResizePolicy resourceName!:ResourceName restartPolicy!:ResourceResizeRestartPolicy
type ResourceResizeRestartPolicy string
type ContainerRestartPolicy string
ContainerRestartRule action:ContainerRestartRuleAction exitCodes:*ContainerRestartRuleOnExitCodes
type ContainerRestartRuleAction string
ContainerRestartRuleOnExitCodes operator:ContainerRestartRuleOnExitCodesOperator values:[]int32
type ContainerRestartRuleOnExitCodesOperator string
Probe ~ProbeHandler initialDelaySeconds:int32 timeoutSeconds:int32 periodSeconds:int32
  successThreshold:int32 failureThreshold:int32 terminationGracePeriodSeconds:*int64
ProbeHandler exec:*ExecAction httpGet:*HTTPGetAction tcpSocket:*TCPSocketAction grpc:*GRPCAction
ExecAction command:[]string
HTTPGetAction path:string port!:IntOrString host:string scheme:URIScheme httpHeaders:[]HTTPHeader
type URIScheme string
HTTPHeader name!:string value!:string
TCPSocketAction port!:IntOrString host:string
GRPCAction port!:int32 service!:*string
Lifecycle postStart:*LifecycleHandler preStop:*LifecycleHandler stopSignal:*Signal
LifecycleHandler exec:*ExecAction httpGet:*HTTPGetAction tcpSocket:*TCPSocketAction
  sleep:*SleepAction
SleepAction seconds!:int64
type Signal string
type TerminationMessagePolicy string
SecurityContext capabilities:*Capabilities privileged:*bool seLinuxOptions:*SELinuxOptions
  windowsOptions:*WindowsSecurityContextOptions runAsUser:*int64 runAsGroup:*int64
  runAsNonRoot:*bool readOnlyRootFilesystem:*bool allowPrivilegeEscalation:*bool
  procMount:*ProcMountType seccompProfile:*SeccompProfile appArmorProfile:*AppArmorProfile
Capabilities add:[]Capability drop:[]Capability
type Capability string
SELinuxOptions user:string role:string type:string level:string
WindowsSecurityContextOptions gmsaCredentialSpecName:*string gmsaCredentialSpec:*string
  runAsUserName:*string hostProcess:*bool
type ProcMountType string
SeccompProfile type!:SeccompProfileType localhostProfile:*string
type SeccompProfileType string
AppArmorProfile type!:AppArmorProfileType localhostProfile:*string
type AppArmorProfileType string
EphemeralContainer ~EphemeralContainerCommon targetContainerName:string
EphemeralContainerCommon name!:string image:string command:[]string args:[]string
  workingDir:string ports:[]ContainerPort envFrom:[]EnvFromSource env:[]EnvVar
  resources:ResourceRequirements resizePolicy:[]ContainerResizePolicy
  restartPolicy:*ContainerRestartPolicy restartPolicyRules:[]ContainerRestartRule
  volumeMounts:[]VolumeMount volumeDevices:[]VolumeDevice livenessProbe:*Probe
  readinessProbe:*Probe startupProbe:*Probe lifecycle:*Lifecycle terminationMessagePath:string
  terminationMessagePolicy:TerminationMessagePolicy imagePullPolicy:PullPolicy
  securityContext:*SecurityContext stdin:bool stdinOnce:bool tty:bool
type RestartPolicy string
type DNSPolicy string
PodSecurityContext seLinuxOptions:*SELinuxOptions windowsOptions:*WindowsSecurityContextOptions
  runAsUser:*int64 runAsGroup:*int64 runAsNonRoot:*bool supplementalGroups:[]int64
  supplementalGroupsPolicy:*SupplementalGroupsPolicy fsGroup:*int64 sysctls:[]Sysctl
  fsGroupChangePolicy:*PodFSGroupChangePolicy seccompProfile:*SeccompProfile
  appArmorProfile:*AppArmorProfile seLinuxChangePolicy:*PodSELinuxChangePolicy
type SupplementalGroupsPolicy string
Sysctl name!:string value!:string
type PodFSGroupChangePolicy string
type PodSELinuxChangePolicy string
Affinity nodeAffinity:*NodeAffinity podAffinity:*PodAffinity podAntiAffinity:*PodAntiAffinity
NodeAffinity requiredDuringSchedulingIgnoredDuringExecution:*NodeSelector
  preferredDuringSchedulingIgnoredDuringExecution:[]PreferredSchedulingTerm
NodeSelector nodeSelectorTerms!:[]NodeSelectorTerm
NodeSelectorTerm matchExpressions:[]NodeSelectorRequirement matchFields:[]NodeSelectorRequirement
NodeSelectorRequirement key!:string operator!:NodeSelectorOperator values:[]string
type NodeSelectorOperator string
PreferredSchedulingTerm weight!:int32 preference!:NodeSelectorTerm
PodAffinity requiredDuringSchedulingIgnoredDuringExecution:[]PodAffinityTerm
  preferredDuringSchedulingIgnoredDuringExecution:[]WeightedPodAffinityTerm
PodAffinityTerm labelSelector:*meta.LabelSelector namespaces:[]string topologyKey!:string
  namespaceSelector:*meta.LabelSelector matchLabelKeys:[]string mismatchLabelKeys:[]string
WeightedPodAffinityTerm weight!:int32 podAffinityTerm!:PodAffinityTerm
PodAntiAffinity requiredDuringSchedulingIgnoredDuringExecution:[]PodAffinityTerm
  preferredDuringSchedulingIgnoredDuringExecution:[]WeightedPodAffinityTerm
Toleration key:string operator:TolerationOperator value:string effect:TaintEffect
  tolerationSeconds:*int64
type TolerationOperator string
type TaintEffect string
HostAlias ip!:string hostnames:[]string
PodDNSConfig nameservers:[]string searches:[]string options:[]PodDNSConfigOption
PodDNSConfigOption name:string value:*string
PodReadinessGate conditionType!:PodConditionType
type PodConditionType string
type PreemptionPolicy string
TopologySpreadConstraint maxSkew!:int32 topologyKey!:string
  whenUnsatisfiable!:UnsatisfiableConstraintAction labelSelector:*meta.LabelSelector
  minDomains:*int32 nodeAffinityPolicy:*NodeInclusionPolicy nodeTaintsPolicy:*NodeInclusionPolicy
  matchLabelKeys:[]string
type UnsatisfiableConstraintAction string
type NodeInclusionPolicy string
PodOS name!:OSName
type OSName string
PodSchedulingGate name!:string
PodResourceClaim name!:string resourceClaimName:*string resourceClaimTemplateName:*string
PodSchedulingGroup podGroupName:*string
PodStatus observedGeneration:int64 phase:PodPhase conditions:[]PodCondition message:string
  reason:string nominatedNodeName:string hostIP:string hostIPs:[]HostIP podIP:string
  podIPs:[]PodIP startTime:*Time initContainerStatuses:[]ContainerStatus
  containerStatuses:[]ContainerStatus qosClass:PodQOSClass
  ephemeralContainerStatuses:[]ContainerStatus resize:PodResizeStatus
  resourceClaimStatuses:[]PodResourceClaimStatus
  extendedResourceClaimStatus:*PodExtendedResourceClaimStatus allocatedResources:ResourceList
  resources:*ResourceRequirements
  nodeAllocatableResourceClaimStatuses:[]NodeAllocatableResourceClaimStatus
type PodPhase string
PodCondition type!:PodConditionType observedGeneration:int64 status!:ConditionStatus
  lastProbeTime:Time lastTransitionTime:Time reason:string message:string
type ConditionStatus string
HostIP ip!:string
PodIP ip!:string
ContainerStatus name!:string state:ContainerState lastState:ContainerState ready!:bool
  restartCount!:int32 image!:string imageID!:string containerID:string started:*bool
  allocatedResources:ResourceList resources:*ResourceRequirements volumeMounts:[]VolumeMountStatus
  user:*ContainerUser allocatedResourcesStatus:[]ResourceStatus stopSignal:*Signal
ContainerState waiting:*ContainerStateWaiting running:*ContainerStateRunning
  terminated:*ContainerStateTerminated
ContainerStateWaiting reason:string message:string
ContainerStateRunning startedAt:Time
ContainerStateTerminated exitCode!:int32 signal:int32 reason:string message:string startedAt:Time
  finishedAt:Time containerID:string
VolumeMountStatus name!:string mountPath!:string readOnly:bool
  recursiveReadOnly:*RecursiveReadOnlyMode volumeStatus:*VolumeStatus
VolumeStatus image:*ImageVolumeStatus
ImageVolumeStatus imageRef:string
ContainerUser linux:*LinuxContainerUser
LinuxContainerUser uid!:int64 gid!:int64 supplementalGroups:[]int64
ResourceStatus name!:ResourceName resources:[]ResourceHealth
ResourceHealth resourceID!:ResourceID health:ResourceHealthStatus message:*string
type ResourceID string
type ResourceHealthStatus string
type PodQOSClass string
type PodResizeStatus string
PodResourceClaimStatus name!:string resourceClaimName:*string
PodExtendedResourceClaimStatus requestMappings!:[]ContainerExtendedResourceRequest
  resourceClaimName!:string
ContainerExtendedResourceRequest containerName!:string resourceName!:string requestName!:string
NodeAllocatableResourceClaimStatus resourceClaimName!:string containers:[]string
  resources!:map[ResourceName]Quantity
`;
