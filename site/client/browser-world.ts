/** What the browser gives to the counter: a WebSocket and timers. */
import { VISIT_QUERY_PARAMETER } from '../../contract/visit.ts';
import type { World } from './live-counter.ts';

/** `endpoint` is the socket's URL without a query. */
export function browserWorld(endpoint: string, visit: string, show: World['show']): World {
  return {
    show,
    random: Math.random,
    after(milliseconds, callback) {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
    connect(listener) {
      const socket = new WebSocket(`${endpoint}?${VISIT_QUERY_PARAMETER}=${visit}`);
      socket.onopen = () => listener.opened();
      socket.onmessage = ({ data }) => listener.message(String(data));
      socket.onclose = () => listener.closed();
      return {
        send: (message) => socket.send(JSON.stringify(message)),
        close: () => socket.close(),
      };
    },
  };
}
