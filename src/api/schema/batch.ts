/** API group batch/v1. The notation is explained in schema.ts. */
export const BATCH = `
Job metadata:meta.ObjectMeta spec:JobSpec status:JobStatus
JobSpec parallelism:*int32 completions:*int32 activeDeadlineSeconds:*int64
  podFailurePolicy:*PodFailurePolicy successPolicy:*SuccessPolicy backoffLimit:*int32
  backoffLimitPerIndex:*int32 maxFailedIndexes:*int32 selector:*meta.LabelSelector
  manualSelector:*bool template!:core.PodTemplateSpec ttlSecondsAfterFinished:*int32
  completionMode:*CompletionMode suspend:*bool podReplacementPolicy:*PodReplacementPolicy
  managedBy:*string
PodFailurePolicy rules!:[]PodFailurePolicyRule
PodFailurePolicyRule action!:PodFailurePolicyAction
  onExitCodes:*PodFailurePolicyOnExitCodesRequirement
  onPodConditions:[]PodFailurePolicyOnPodConditionsPattern
type PodFailurePolicyAction string
PodFailurePolicyOnExitCodesRequirement containerName:*string
  operator!:PodFailurePolicyOnExitCodesOperator values!:[]int32
type PodFailurePolicyOnExitCodesOperator string
PodFailurePolicyOnPodConditionsPattern type!:core.PodConditionType status!:core.ConditionStatus
SuccessPolicy rules!:[]SuccessPolicyRule
SuccessPolicyRule succeededIndexes:*string succeededCount:*int32
type CompletionMode string
type PodReplacementPolicy string
JobStatus conditions:[]JobCondition startTime:*Time completionTime:*Time active:int32
  succeeded:int32 failed:int32 terminating:*int32 completedIndexes:string failedIndexes:*string
  uncountedTerminatedPods:*UncountedTerminatedPods ready:*int32
JobCondition type!:JobConditionType status!:core.ConditionStatus lastProbeTime:Time
  lastTransitionTime:Time reason:string message:string
type JobConditionType string
UncountedTerminatedPods succeeded:[]types.UID failed:[]types.UID
CronJob metadata:meta.ObjectMeta spec:CronJobSpec status:CronJobStatus
CronJobSpec schedule!:string timeZone:*string startingDeadlineSeconds:*int64
  concurrencyPolicy:ConcurrencyPolicy suspend:*bool jobTemplate!:JobTemplateSpec
  successfulJobsHistoryLimit:*int32 failedJobsHistoryLimit:*int32
type ConcurrencyPolicy string
JobTemplateSpec metadata:meta.ObjectMeta spec:JobSpec
CronJobStatus active:[]core.ObjectReference lastScheduleTime:*Time lastSuccessfulTime:*Time
`;
