// Preloaded into the functions' processes (NODE_OPTIONS). Writes every AWS call to RECORD_CALLS_TO, one JSON line
// each: the function's name, the signature's service, method, path, X-Amz-Target and body.
import { appendFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';

// The local cloud's services answer on http, AWS's own addresses on https.
for (const module of [http, https]) {
  const original = module.request;
  module.request = (...args) => recorded(original(...args), args);
}
syncBuiltinESMExports();

function recorded(request, args) {
  const chunks = [];
  const { write, end } = request;
  const keep = (chunk) => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  };
  request.write = (chunk, ...rest) => {
    keep(chunk);
    return write.call(request, chunk, ...rest);
  };
  request.end = (chunk, ...rest) => {
    keep(chunk);
    record(request, headersOf(request, args), Buffer.concat(chunks).toString());
    return end.call(request, chunk, ...rest);
  };
  return request;
}

/** Names in lower case. Node does not keep headers that are given as an array. */
function headersOf(request, args) {
  const given = args.find((arg) => Array.isArray(arg?.headers))?.headers;
  if (!given) return request.getHeaders();
  const names = given.filter((_, index) => index % 2 === 0);
  return Object.fromEntries(names.map((name, index) => [name.toLowerCase(), given[2 * index + 1]]));
}

function record(request, headers, body) {
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers['authorization'] ?? '')?.[1];
  if (service === undefined) return;
  const call = {
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    service,
    method: request.method,
    path: request.path,
    target: headers['x-amz-target'] ?? '',
    body,
  };
  appendFileSync(process.env.RECORD_CALLS_TO, `${JSON.stringify(call)}\n`);
}
