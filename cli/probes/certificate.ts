/** Checks how long a certificate lasts. ACM renews 60 days before the end, certbot 30: fewer than 14 means that renewal is broken. */
import { isIP } from 'node:net';
import tls from 'node:tls';
import { bad, good, reasonOf, unknown, type Finding } from './finding.ts';

const FEW_DAYS = 14;
const DAY_MS = 86_400_000;

/** @param url https or wss */
export async function checkCertificate(url: URL, timeout: number, nowMs: number): Promise<Finding> {
  const check = 'certificate';
  try {
    const expiry = await expiryOf(url, timeout);
    const days = Math.floor((expiry - nowMs) / DAY_MS);
    const seen = `of ${url.hostname} expires in ${days} days, on ${new Date(expiry).toISOString().slice(0, 10)}`;
    if (days >= FEW_DAYS) return good(check, seen);
    return bad(
      check,
      seen,
      'It is not being renewed. On AWS, keep the DNS record that proves the domain (npm run deploy lists it); on your own server run certbot renew.',
    );
  } catch (error) {
    return unknown(check, `of ${url.hostname} could not be read (${reasonOf(error)})`);
  }
}

/** Milliseconds since 1970. */
function expiryOf({ hostname, port }: URL, timeout: number): Promise<number> {
  return new Promise((resolve, reject) => {
    // Fetching the page has shown whether it is trusted.
    const options = {
      host: hostname,
      port: Number(port || 443),
      ...(!isIP(hostname) && { servername: hostname }),
      rejectUnauthorized: false,
      timeout,
    };
    const socket = tls.connect(options, () => {
      resolve(Date.parse(socket.getPeerCertificate().valid_to));
      socket.end();
    });
    socket.on('timeout', () => socket.destroy(new Error('no answer')));
    socket.on('error', reject);
  });
}
