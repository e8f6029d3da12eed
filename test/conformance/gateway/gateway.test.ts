/** API Gateway's WebSocket API, fact by fact, against every target. */
import { describe } from 'node:test';
import { events } from './events.ts';
import { frames } from './frames.ts';
import { garbage } from './garbage.ts';
import { handshake } from './handshake.ts';
import { lifetime } from './lifetime.ts';
import { localTarget } from './local-target.ts';
import { management } from './management.ts';
import { managementAccess } from './management-access.ts';
import { routes } from './routes.ts';
import { shutdown } from './shutdown.ts';
import { throttling } from './throttling.ts';
import type { Target } from './target.ts';

const TARGETS: Target[] = [localTarget];
const CHAPTERS = [
  handshake,
  events,
  routes,
  frames,
  lifetime,
  throttling,
  management,
  managementAccess,
  garbage,
  shutdown,
];

for (const target of TARGETS) {
  describe(target.name, () => {
    for (const chapter of CHAPTERS) chapter(target);
  });
}
