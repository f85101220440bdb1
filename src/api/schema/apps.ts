/** API group apps/v1. The notation is explained in schema.ts. */
export const APPS = `
Deployment metadata:meta.ObjectMeta spec:DeploymentSpec status:DeploymentStatus
DeploymentSpec replicas:*int32 selector!:*meta.LabelSelector template!:core.PodTemplateSpec
  strategy:DeploymentStrategy minReadySeconds:int32 revisionHistoryLimit:*int32 paused:bool
  progressDeadlineSeconds:*int32
DeploymentStrategy type:DeploymentStrategyType rollingUpdate:*RollingUpdateDeployment
type DeploymentStrategyType string
RollingUpdateDeployment maxUnavailable:*IntOrString maxSurge:*IntOrString
DeploymentStatus observedGeneration:int64 replicas:int32 updatedReplicas:int32 readyReplicas:int32
  availableReplicas:int32 unavailableReplicas:int32 terminatingReplicas:*int32
  conditions:[]DeploymentCondition collisionCount:*int32
DeploymentCondition type!:DeploymentConditionType status!:core.ConditionStatus lastUpdateTime:Time
  lastTransitionTime:Time reason:string message:string
type DeploymentConditionType string
ReplicaSet metadata:meta.ObjectMeta spec:ReplicaSetSpec status:ReplicaSetStatus
ReplicaSetSpec replicas:*int32 minReadySeconds:int32 selector!:*meta.LabelSelector
  template:core.PodTemplateSpec
ReplicaSetStatus replicas!:int32 fullyLabeledReplicas:int32 readyReplicas:int32
  availableReplicas:int32 terminatingReplicas:*int32 observedGeneration:int64
  conditions:[]ReplicaSetCondition
ReplicaSetCondition type!:ReplicaSetConditionType status!:core.ConditionStatus
  lastTransitionTime:Time reason:string message:string
type ReplicaSetConditionType string
StatefulSet metadata:meta.ObjectMeta spec:StatefulSetSpec status:StatefulSetStatus
StatefulSetSpec replicas:*int32 selector!:*meta.LabelSelector template!:core.PodTemplateSpec
  volumeClaimTemplates:[]core.PersistentVolumeClaim serviceName!:string
  podManagementPolicy:PodManagementPolicyType updateStrategy:StatefulSetUpdateStrategy
  revisionHistoryLimit:*int32 minReadySeconds:int32
  persistentVolumeClaimRetentionPolicy:*StatefulSetPersistentVolumeClaimRetentionPolicy
  ordinals:*StatefulSetOrdinals
type PodManagementPolicyType string
StatefulSetUpdateStrategy type:StatefulSetUpdateStrategyType
  rollingUpdate:*RollingUpdateStatefulSetStrategy
type StatefulSetUpdateStrategyType string
RollingUpdateStatefulSetStrategy partition:*int32 maxUnavailable:*IntOrString
StatefulSetPersistentVolumeClaimRetentionPolicy
  whenDeleted:PersistentVolumeClaimRetentionPolicyType
  whenScaled:PersistentVolumeClaimRetentionPolicyType
type PersistentVolumeClaimRetentionPolicyType string
StatefulSetOrdinals start!:int32
StatefulSetStatus observedGeneration:int64 replicas!:int32 readyReplicas:int32
  currentReplicas:int32 updatedReplicas:int32 currentRevision:string updateRevision:string
  collisionCount:*int32 conditions:[]StatefulSetCondition availableReplicas!:int32
StatefulSetCondition type!:StatefulSetConditionType status!:core.ConditionStatus
  lastTransitionTime:Time reason:string message:string
type StatefulSetConditionType string
DaemonSet metadata:meta.ObjectMeta spec:DaemonSetSpec status:DaemonSetStatus
DaemonSetSpec selector!:*meta.LabelSelector template!:core.PodTemplateSpec
  updateStrategy:DaemonSetUpdateStrategy minReadySeconds:int32 revisionHistoryLimit:*int32
DaemonSetUpdateStrategy type:DaemonSetUpdateStrategyType rollingUpdate:*RollingUpdateDaemonSet
type DaemonSetUpdateStrategyType string
RollingUpdateDaemonSet maxUnavailable:*IntOrString maxSurge:*IntOrString
DaemonSetStatus currentNumberScheduled!:int32 numberMisscheduled!:int32
  desiredNumberScheduled!:int32 numberReady!:int32 observedGeneration:int64
  updatedNumberScheduled:int32 numberAvailable:int32 numberUnavailable:int32 collisionCount:*int32
  conditions:[]DaemonSetCondition
DaemonSetCondition type!:DaemonSetConditionType status!:core.ConditionStatus
  lastTransitionTime:Time reason:string message:string
type DaemonSetConditionType string
`;
