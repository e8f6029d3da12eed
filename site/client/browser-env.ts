import { VISIT_QUERY_PARAMETER } from '../../contract/visit.ts';
import type { CounterEnv } from './live-counter.ts';

/**
 * The browser's WebSocket and timers for the counter.
 * @param endpoint the socket's URL without a query
 */
export function browserEnv(endpoint: string, visit: string, show: CounterEnv['show']): CounterEnv {
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
