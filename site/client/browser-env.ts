import type { CounterEnv } from './live-counter.ts';

/**
 * The browser's WebSocket and timers for the counter.
 * @param url of the socket
 */
export function browserEnv(url: string, show: CounterEnv['show']): CounterEnv {
  return {
    show,
    random: Math.random,
    after(milliseconds, callback) {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
    connect(listener) {
      const socket = new WebSocket(url);
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
