/** Types that all groups share, of meta/v1. The notation is explained in schema.ts. */
export const META = `
ObjectMeta name:string generateName:string namespace:string selfLink:string uid:types.UID
  resourceVersion:string generation:int64 creationTimestamp?:Time deletionTimestamp:*Time
  deletionGracePeriodSeconds:*int64 labels:map[string]string annotations:map[string]string
  ownerReferences:[]OwnerReference finalizers:[]string managedFields:[]ManagedFieldsEntry
OwnerReference apiVersion!:string kind!:string name!:string uid!:types.UID controller:*bool
  blockOwnerDeletion:*bool
ManagedFieldsEntry manager:string operation:ManagedFieldsOperationType apiVersion:string
  time:*Time fieldsType:string fieldsV1:*Raw subresource:string
type ManagedFieldsOperationType string
LabelSelector matchLabels:map[string]string matchExpressions:[]LabelSelectorRequirement
LabelSelectorRequirement key!:string operator!:LabelSelectorOperator values:[]string
type LabelSelectorOperator string
Condition type!:string status!:ConditionStatus observedGeneration:int64 lastTransitionTime!:Time
  reason!:string message!:string
type ConditionStatus string
`;
