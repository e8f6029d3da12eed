/** Preloaded into commands (`NODE_OPTIONS=--import=…`) in place of DNS: AWS's host names lead to the test's TLS front. */
import tls from 'node:tls';

const { connect } = tls;
const port = Number(process.env.EMULATED_FRONT_PORT);

tls.connect = (options, ...rest) =>
  /\.(amazonaws\.com|cloudfront\.net)$/.test(options.host)
    ? connect(
        { ...options, servername: options.host, host: '127.0.0.1', port, rejectUnauthorized: false },
        ...rest,
      )
    : connect(options, ...rest);
