import type { Program } from '../../runtime/syscalls';
import { DemoRepository } from './demo-repository';
import { gitHost } from './git-host';
import { httpsOnly, pageSite, type Site, siteServer } from './web-site';

/** A host of the lab's internet. Addresses are of the ranges that RFC 5737 keeps for documents. */
export interface InternetHost {
  readonly names: readonly string[];
  readonly ip: string;
  /** What runs on it; `startedMs` is the Unix ms at which the run began. */
  readonly program: (startedMs: number) => Program;
}

const EXAMPLE = pageSite(
  'Example Domain',
  'This domain is for use in examples. This copy of it exists only in this lab.',
);

function host(
  ip: string,
  names: string,
  site: (startedMs: number) => Site,
  { https = true } = {},
): InternetHost {
  return {
    ip,
    names: names.split(' '),
    program: (startedMs) => siteServer(site(startedMs), https),
  };
}

/** All that there is outside of the cluster. Every other name does not exist. */
export const INTERNET_HOSTS: readonly InternetHost[] = [
  host('203.0.113.10', 'github.com', (startedMs) =>
    httpsOnly('github.com', gitHost(new DemoRepository(startedMs))),
  ),
  host('203.0.113.20', 'example.com www.example.com example.org example.net', () => EXAMPLE),
  host(
    '203.0.113.30',
    'neverssl.com',
    () => pageSite('NeverSSL', 'Never served over HTTPS. This copy exists only in this lab.'),
    { https: false },
  ),
  host('203.0.113.40', 'kubernetes.io www.kubernetes.io', () =>
    httpsOnly(
      'kubernetes.io',
      pageSite('Kubernetes', 'This copy of the site exists only in this lab.'),
    ),
  ),
  host('203.0.113.50', 'google.com www.google.com', () =>
    pageSite('Google', 'This copy of the page exists only in this lab: it searches nothing.'),
  ),
  // Where package managers look; what they would fetch is in the images already.
  host(
    '203.0.113.60',
    'dl-cdn.alpinelinux.org deb.debian.org archive.ubuntu.com security.ubuntu.com',
    () => pageSite('Packages', 'A package mirror of the lab.'),
  ),
];
