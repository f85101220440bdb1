/** The domains of the CKAD curriculum as it has been since 2021, with their share of the exam in percent. */
export const DOMAINS = {
  design: { title: 'Application Design and Build', weight: 20 },
  deployment: { title: 'Application Deployment', weight: 20 },
  observability: { title: 'Application Observability and Maintenance', weight: 15 },
  configuration: { title: 'Application Environment, Configuration and Security', weight: 25 },
  networking: { title: 'Services and Networking', weight: 20 },
} as const;

export type Domain = keyof typeof DOMAINS;
