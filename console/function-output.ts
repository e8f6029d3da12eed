/** What the recorder reads from the functions' output: the frames they post, their results and their log lines. */

/** The revision of a snapshot; -1 for any other frame. */
export function revisionOf(frame: string): number {
  return Number(/^\{[^{}]{0,100}"rev":(\d{1,15})[,}]/.exec(frame)?.[1] ?? -1);
}

/** The status in a function's answer to API Gateway; 0 without one. */
export function statusOf(result = ''): number {
  return Number(/^\{"statusCode":(\d{3})\b/.exec(result)?.[1] ?? 0);
}

/** A line of our functions' log; empty for any other. */
export function logLine(line: string): {
  message?: string;
  timestamp?: string;
  visit?: string;
  rev?: unknown;
  posts?: unknown;
} {
  if (!/"message":"(connected|broadcast)"/.test(line)) return {};
  try {
    return JSON.parse(line) as object;
  } catch {
    return {};
  }
}
