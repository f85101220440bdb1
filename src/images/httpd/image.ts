import type { ImageModel } from '../../runtime/image';
import { busyboxFiles, file, program } from '../linux-files';
import { SERVER_ROOT } from './config';
import { httpdProgram } from './httpd';

/** What `latest` stands for. */
const LATEST = '2.4.65';

const CONF = `ServerRoot "${SERVER_ROOT}"
Listen 80
LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule dir_module modules/mod_dir.so
LoadModule log_config_module modules/mod_log_config.so

<IfModule unixd_module>
User www-data
Group www-data
</IfModule>

ServerAdmin you@example.com
#ServerName www.example.com:80

<Directory />
    AllowOverride none
    Require all denied
</Directory>

DocumentRoot "${SERVER_ROOT}/htdocs"
<Directory "${SERVER_ROOT}/htdocs">
    Options Indexes FollowSymLinks
    AllowOverride None
    Require all granted
</Directory>

<IfModule dir_module>
    DirectoryIndex index.html
</IfModule>

ErrorLog /proc/self/fd/2
LogLevel warn

<IfModule log_config_module>
    LogFormat "%h %l %u %t \\"%r\\" %>s %b" common
    CustomLog /proc/self/fd/1 common
</IfModule>
`;

const FOREGROUND =
  '#!/bin/sh\nset -e\nrm -f /usr/local/apache2/logs/httpd.pid\nexec httpd -DFOREGROUND "$@"\n';

/** The official httpd image. */
export function httpdImage(tag: string): ImageModel {
  const version = /^\d+\.\d+\.\d+/.exec(tag)?.[0] ?? LATEST;
  return {
    repositories: ['docker.io/library/httpd'],
    sizeBytes: tag.includes('alpine') ? 20_500_000 : 45_200_000,
    cmd: ['httpd-foreground'],
    env: {
      PATH: `${SERVER_ROOT}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
      HTTPD_PREFIX: SERVER_ROOT,
      HTTPD_VERSION: version,
    },
    workingDir: SERVER_ROOT,
    stopSignal: 'SIGWINCH',
    exposedPorts: [80],
    modelled: 'real',
    about:
      'Apache httpd with files, DirectoryIndex, Alias, Redirect, ProxyPass and virtual hosts, its log lines and its complaint about unknown directives. One child; rewriting, authentication, .htaccess and TLS are read over. Its shell and tools are busybox here.',
    files: () =>
      new Map([
        ...busyboxFiles({ distribution: 'Debian' }),
        [`${SERVER_ROOT}/bin/httpd`, program(httpdProgram(version), 1_900_000)],
        ['/usr/local/bin/httpd-foreground', file(FOREGROUND, 0o755)],
        [`${SERVER_ROOT}/conf/httpd.conf`, file(CONF)],
        [
          `${SERVER_ROOT}/htdocs/index.html`,
          file('<html><body><h1>It works!</h1></body></html>\n'),
        ],
        [`${SERVER_ROOT}/logs`, { kind: 'directory' }],
      ]),
  };
}
