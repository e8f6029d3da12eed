import { Unsupported, unsupported, type Stage, type Target } from '../target.ts';

/**
 * A stage on AWS, made from aws-stage.yaml. Its functions return their route's key; they cannot be scripted and their events are not
 * visible, so facts that need either are skipped.
 * @param url `wss://….amazonaws.com/live`
 */
export function deployedTarget(url: string): Target {
  const stage: Stage = {
    webSocketUrl: url.replace(/\/$/, ''),
    get managementEndpoint(): string {
      throw new Unsupported('calls of @connections');
    },
    region: '',
    credentials: { accessKeyId: '', secretAccessKey: '' },
    answer: unsupported('scripted functions'),
    hold: unsupported('scripted functions'),
    nextEvent: async () => unsupported('events')(),
    now: Date.now,
    advance: unsupported('time'),
    shutDown: unsupported('shutdown'),
    dispose: async () => {},
  };
  return {
    name: `AWS (${url})`,
    async deploy(setup = {}) {
      if (Object.keys(setup).length > 0) throw new Unsupported('another stage');
      return stage;
    },
  };
}
