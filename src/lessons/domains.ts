/**
 * The domains of the CKAD curriculum as it has been since 2021, with their share of the exam in percent.
 * `label` is what a list has room for.
 */
export const DOMAINS = {
  design: { title: 'Application Design and Build', label: 'Design and build', weight: 20 },
  deployment: { title: 'Application Deployment', label: 'Deployment', weight: 20 },
  observability: {
    title: 'Application Observability and Maintenance',
    label: 'Observability',
    weight: 15,
  },
  configuration: {
    title: 'Application Environment, Configuration and Security',
    label: 'Configuration and security',
    weight: 25,
  },
  networking: { title: 'Services and Networking', label: 'Services and networking', weight: 20 },
} as const;

export type Domain = keyof typeof DOMAINS;
