/** Volumes of pods, of API group core/v1. The notation is explained in schema.ts. */
export const CORE_VOLUMES = `
Volume name!:string ~VolumeSource
VolumeSource hostPath:*HostPathVolumeSource emptyDir:*EmptyDirVolumeSource
  gcePersistentDisk:*GCEPersistentDiskVolumeSource
  awsElasticBlockStore:*AWSElasticBlockStoreVolumeSource gitRepo:*GitRepoVolumeSource
  secret:*SecretVolumeSource nfs:*NFSVolumeSource iscsi:*ISCSIVolumeSource
  glusterfs:*GlusterfsVolumeSource persistentVolumeClaim:*PersistentVolumeClaimVolumeSource
  rbd:*RBDVolumeSource flexVolume:*FlexVolumeSource cinder:*CinderVolumeSource
  cephfs:*CephFSVolumeSource flocker:*FlockerVolumeSource downwardAPI:*DownwardAPIVolumeSource
  fc:*FCVolumeSource azureFile:*AzureFileVolumeSource configMap:*ConfigMapVolumeSource
  vsphereVolume:*VsphereVirtualDiskVolumeSource quobyte:*QuobyteVolumeSource
  azureDisk:*AzureDiskVolumeSource photonPersistentDisk:*PhotonPersistentDiskVolumeSource
  projected:*ProjectedVolumeSource portworxVolume:*PortworxVolumeSource
  scaleIO:*ScaleIOVolumeSource storageos:*StorageOSVolumeSource csi:*CSIVolumeSource
  ephemeral:*EphemeralVolumeSource image:*ImageVolumeSource
HostPathVolumeSource path!:string type:*HostPathType
type HostPathType string
EmptyDirVolumeSource medium:StorageMedium sizeLimit:*Quantity
type StorageMedium string
GCEPersistentDiskVolumeSource pdName!:string fsType:string partition:int32 readOnly:bool
AWSElasticBlockStoreVolumeSource volumeID!:string fsType:string partition:int32 readOnly:bool
GitRepoVolumeSource repository!:string revision:string directory:string
SecretVolumeSource secretName:string items:[]KeyToPath defaultMode:*int32 optional:*bool
KeyToPath key!:string path!:string mode:*int32
NFSVolumeSource server!:string path!:string readOnly:bool
ISCSIVolumeSource targetPortal!:string iqn!:string lun!:int32 iscsiInterface:string fsType:string
  readOnly:bool portals:[]string chapAuthDiscovery:bool chapAuthSession:bool
  secretRef:*LocalObjectReference initiatorName:*string
GlusterfsVolumeSource endpoints!:string path!:string readOnly:bool
PersistentVolumeClaimVolumeSource claimName!:string readOnly:bool
RBDVolumeSource monitors!:[]string image!:string fsType:string pool:string user:string
  keyring:string secretRef:*LocalObjectReference readOnly:bool
FlexVolumeSource driver!:string fsType:string secretRef:*LocalObjectReference readOnly:bool
  options:map[string]string
CinderVolumeSource volumeID!:string fsType:string readOnly:bool secretRef:*LocalObjectReference
CephFSVolumeSource monitors!:[]string path:string user:string secretFile:string
  secretRef:*LocalObjectReference readOnly:bool
FlockerVolumeSource datasetName:string datasetUUID:string
DownwardAPIVolumeSource items:[]DownwardAPIVolumeFile defaultMode:*int32
DownwardAPIVolumeFile path!:string fieldRef:*ObjectFieldSelector
  resourceFieldRef:*ResourceFieldSelector mode:*int32
FCVolumeSource targetWWNs:[]string lun:*int32 fsType:string readOnly:bool wwids:[]string
AzureFileVolumeSource secretName!:string shareName!:string readOnly:bool
ConfigMapVolumeSource ~LocalObjectReference items:[]KeyToPath defaultMode:*int32 optional:*bool
VsphereVirtualDiskVolumeSource volumePath!:string fsType:string storagePolicyName:string
  storagePolicyID:string
QuobyteVolumeSource registry!:string volume!:string readOnly:bool user:string group:string
  tenant:string
AzureDiskVolumeSource diskName!:string diskURI!:string cachingMode:*AzureDataDiskCachingMode
  fsType:*string readOnly:*bool kind:*AzureDataDiskKind
type AzureDataDiskCachingMode string
type AzureDataDiskKind string
PhotonPersistentDiskVolumeSource pdID!:string fsType:string
ProjectedVolumeSource sources!:[]VolumeProjection defaultMode:*int32
VolumeProjection secret:*SecretProjection downwardAPI:*DownwardAPIProjection
  configMap:*ConfigMapProjection serviceAccountToken:*ServiceAccountTokenProjection
  clusterTrustBundle:*ClusterTrustBundleProjection podCertificate:*PodCertificateProjection
SecretProjection ~LocalObjectReference items:[]KeyToPath optional:*bool
DownwardAPIProjection items:[]DownwardAPIVolumeFile
ConfigMapProjection ~LocalObjectReference items:[]KeyToPath optional:*bool
ServiceAccountTokenProjection audience:string expirationSeconds:*int64 path!:string
ClusterTrustBundleProjection name:*string signerName:*string labelSelector:*meta.LabelSelector
  optional:*bool path!:string
PodCertificateProjection signerName:string keyType:string maxExpirationSeconds:*int32
  credentialBundlePath:string keyPath:string certificateChainPath:string
  userAnnotations:map[string]string
PortworxVolumeSource volumeID!:string fsType:string readOnly:bool
ScaleIOVolumeSource gateway!:string system!:string secretRef!:*LocalObjectReference
  sslEnabled:bool protectionDomain:string storagePool:string storageMode:string volumeName:string
  fsType:string readOnly:bool
StorageOSVolumeSource volumeName:string volumeNamespace:string fsType:string readOnly:bool
  secretRef:*LocalObjectReference
CSIVolumeSource driver!:string readOnly:*bool fsType:*string volumeAttributes:map[string]string
  nodePublishSecretRef:*LocalObjectReference
EphemeralVolumeSource volumeClaimTemplate:*PersistentVolumeClaimTemplate
PersistentVolumeClaimTemplate metadata:meta.ObjectMeta spec!:PersistentVolumeClaimSpec
PersistentVolumeClaimSpec accessModes:[]PersistentVolumeAccessMode selector:*meta.LabelSelector
  resources:VolumeResourceRequirements volumeName:string storageClassName:*string
  volumeMode:*PersistentVolumeMode dataSource:*TypedLocalObjectReference
  dataSourceRef:*TypedObjectReference volumeAttributesClassName:*string
type PersistentVolumeAccessMode string
VolumeResourceRequirements limits:ResourceList requests:ResourceList
type ResourceList map[ResourceName]Quantity
type ResourceName string
type PersistentVolumeMode string
TypedLocalObjectReference apiGroup!:*string kind!:string name!:string
TypedObjectReference apiGroup!:*string kind!:string name!:string namespace:*string
ImageVolumeSource reference:string pullPolicy:PullPolicy
type PullPolicy string
VolumeMount name!:string readOnly:bool recursiveReadOnly:*RecursiveReadOnlyMode mountPath!:string
  subPath:string mountPropagation:*MountPropagationMode subPathExpr:string
type RecursiveReadOnlyMode string
type MountPropagationMode string
VolumeDevice name!:string devicePath!:string
`;
