/** The local cloud, wired from what a deploy has created in the emulated AWS: site, socket and functions at one port. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startLocalCloud, type LocalCloud } from '../../local-cloud/index.ts';
import type { AwsReader } from './aws-reader.ts';
import { siteFromAws } from './site-from-aws.ts';
import { topologyFromAws } from './topology-from-aws.ts';

export interface WiredCloudOptions {
  aws: AwsReader;
  /** Where every service answers. */
  endpoint: string;
  apiId: string;
  distributionId: string;
  /** Takes the functions' code, the site and the cloud's data. */
  directory: string;
}

export async function startWiredCloud(options: WiredCloudOptions): Promise<LocalCloud> {
  const { aws, endpoint, apiId, distributionId, directory } = options;
  const dataDirectory = join(directory, 'data');
  const [topology, { site }] = await Promise.all([
    topologyFromAws({ aws, apiId, codeDirectory: join(directory, 'code') }),
    siteFromAws(aws, distributionId),
    mkdir(dataDirectory, { recursive: true }),
  ]);
  return startLocalCloud({
    topology: () => topology,
    dataDirectory,
    dynamodbEndpoint: endpoint,
    host: '127.0.0.1',
    port: 0,
    site,
    log: (level, message) => {
      if (level === 'warn' || level === 'error') console.error(message);
    },
  });
}
