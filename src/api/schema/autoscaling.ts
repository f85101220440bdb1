/** API group autoscaling/v2. The notation is explained in schema.ts. */
export const AUTOSCALING = `
HorizontalPodAutoscaler metadata:meta.ObjectMeta spec:HorizontalPodAutoscalerSpec
  status:HorizontalPodAutoscalerStatus
HorizontalPodAutoscalerSpec scaleTargetRef!:CrossVersionObjectReference minReplicas:*int32
  maxReplicas!:int32 metrics:[]MetricSpec behavior:*HorizontalPodAutoscalerBehavior
CrossVersionObjectReference kind!:string name!:string apiVersion:string
MetricSpec type!:MetricSourceType object:*ObjectMetricSource pods:*PodsMetricSource
  resource:*ResourceMetricSource containerResource:*ContainerResourceMetricSource
  external:*ExternalMetricSource
type MetricSourceType string
ObjectMetricSource describedObject!:CrossVersionObjectReference target!:MetricTarget
  metric!:MetricIdentifier
MetricTarget type!:MetricTargetType value:*Quantity averageValue:*Quantity
  averageUtilization:*int32
type MetricTargetType string
MetricIdentifier name!:string selector:*meta.LabelSelector
PodsMetricSource metric!:MetricIdentifier target!:MetricTarget
ResourceMetricSource name!:core.ResourceName target!:MetricTarget
ContainerResourceMetricSource name!:core.ResourceName target!:MetricTarget container!:string
ExternalMetricSource metric!:MetricIdentifier target!:MetricTarget
HorizontalPodAutoscalerBehavior scaleUp:*HPAScalingRules scaleDown:*HPAScalingRules
HPAScalingRules stabilizationWindowSeconds:*int32 selectPolicy:*ScalingPolicySelect
  policies:[]HPAScalingPolicy tolerance:*Quantity
type ScalingPolicySelect string
HPAScalingPolicy type!:HPAScalingPolicyType value!:int32 periodSeconds!:int32
type HPAScalingPolicyType string
HorizontalPodAutoscalerStatus observedGeneration:*int64 lastScaleTime:*Time currentReplicas:int32
  desiredReplicas!:int32 currentMetrics!:[]MetricStatus
  conditions:[]HorizontalPodAutoscalerCondition
MetricStatus type!:MetricSourceType object:*ObjectMetricStatus pods:*PodsMetricStatus
  resource:*ResourceMetricStatus containerResource:*ContainerResourceMetricStatus
  external:*ExternalMetricStatus
ObjectMetricStatus metric!:MetricIdentifier current!:MetricValueStatus
  describedObject!:CrossVersionObjectReference
MetricValueStatus value:*Quantity averageValue:*Quantity averageUtilization:*int32
PodsMetricStatus metric!:MetricIdentifier current!:MetricValueStatus
ResourceMetricStatus name!:core.ResourceName current!:MetricValueStatus
ContainerResourceMetricStatus name!:core.ResourceName current!:MetricValueStatus container!:string
ExternalMetricStatus metric!:MetricIdentifier current!:MetricValueStatus
HorizontalPodAutoscalerCondition type!:HorizontalPodAutoscalerConditionType
  status!:core.ConditionStatus lastTransitionTime:Time reason:string message:string
type HorizontalPodAutoscalerConditionType string
`;
