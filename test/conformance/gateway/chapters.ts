import { events } from './events.ts';
import { frames } from './frames.ts';
import { garbage } from './garbage.ts';
import { handshake } from './handshake.ts';
import { lifetime } from './lifetime.ts';
import { management } from './management.ts';
import { managementAccess } from './management-access.ts';
import { routes } from './routes.ts';
import { shutdown } from './shutdown.ts';
import { throttling } from './throttling.ts';

export const CHAPTERS = [
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
